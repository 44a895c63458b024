targetScope = 'subscription'

@description('Name of the environment: the resource group is `rg-<name>`, and other names come of it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region; it has to have Flex Consumption (docs/deploy.md).')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('Tags of every resource, beside `azd-env-name`.')
param tags object = {}

@description('Who may stand in `from`: addresses, domains without those below them, or `*` for anyone. May be empty where communicationEmail brings a sender.')
param allowedSenders string[] = []

@description('Whether Azure Communication Services e-mail with a domain of Azure\'s is deployed as the relay: nothing else is needed to send a first mail. At most 5 mails a minute and 10 an hour.')
param communicationEmail bool = false

@description('Where Azure keeps the data of that e-mail service, such as `Europe` or `United States`. Fixed when it is made.')
param communicationDataLocation string = 'Europe'

@description('Service principal of relayClientId, which gets the role at that e-mail service; empty: you give it by hand.')
param communicationPrincipalId string = ''

@description('What is known of the relay; empty for a relay that is described by the parameters below.')
@allowed(['', 'acs', 'exchange-online', 'gmail', 'ses'])
param relayPreset string = ''

@description('Host name of the relay; may be empty with a preset that knows it.')
@maxLength(253)
param relayHost string = ''

@description('Port of the relay; 0 for 587. Azure blocks outbound port 25 on most subscriptions.')
@minValue(0)
@maxValue(65535)
param relayPort int = 0

@description('Account at the relay; empty for a relay without authentication.')
param relayUser string = ''

@description('How the app proves who it is. `xoauth2` and `oauthbearer` without relayClientId use the identity of the app.')
@allowed(['none', 'oauthbearer', 'password', 'xoauth2'])
param relayAuth string = 'password'

@secure()
@description('Password at the relay, kept as the secret `relay-password`. Empty: put it into the vault yourself.')
param relayPassword string = ''

@description('Directory of the client that asks for OAuth tokens; with relayClientId.')
param relayTenantId string = ''

@description('Client that asks for OAuth tokens; empty: the identity of the app.')
param relayClientId string = ''

@secure()
@description('Secret of that client, kept as the secret `relay-client-secret`. Empty: put it into the vault yourself.')
param relayClientSecret string = ''

@description('Connections that the relay allows in all; 0 for the preset\'s, else 10.')
@minValue(0)
@maxValue(1000)
param relayMaxConnections int = 0

@description('First part of the names of the secrets, for a vault that several environments share.')
@maxLength(60)
param vaultPrefix string = ''

@description('Container whose blobs mails may name as attachments; empty for none.')
@maxLength(63)
param attachmentContainer string = ''

@description('Address under which recipients reach the app, such as `https://mail.example.com`, for unsubscribe links; empty for none.')
@maxLength(200)
param publicUrl string = ''

@description('Further settings of docs/configuration.md, by the name of their environment variable. No secrets.')
param settings object = {}

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('On-demand instances of each function group: each queue function and timer by itself, all HTTP functions together. The relay\'s connections are divided by it.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 5

@description('Instances of the transactional lane that are always there, paid for while idle. They come on top of maximumInstanceCount.')
@minValue(0)
@maxValue(100)
param alwaysReadyTransactional int = 0

@description('Instances of the API that are always there, paid for while idle.')
@minValue(0)
@maxValue(100)
param alwaysReadyHttp int = 0

@description('Whether a call with Prefer: wait delivers the mail itself. Half of the relay\'s connections for transactional mail have to be one for each HTTP instance at least.')
param inlineDelivery bool = false

@description('Whether the instances are spread over availability zones; the region has to have them. Azure then keeps, and bills, two always-ready instances of every function group, each queue function and timer being one.')
param zoneRedundant bool = false

@description('How often the data is kept, and where. ZRS survives the loss of a zone.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param storageSku string = 'Standard_LRS'

@description('Whether storage and vault are reached through a virtual network alone.')
param isPrivate bool = false

@description('Whether mail leaves through a NAT gateway, with one address that a relay can let in. Makes a network where there is none.')
param natGateway bool = false

@description('Whether the app answers calls from the internet. Publishing needs it, too: without it packages come from inside the network.')
param appPublicAccess bool = true

@description('Whether the app has a private endpoint. Makes a network where there is none.')
param appPrivateEndpoint bool = false

@description('Who may call the app from the internet: address ranges in CIDR notation and service tags such as `AzureFrontDoor.Backend`; empty for everyone.')
param appAllowedSources string[] = []

@description('Address space of that network, in CIDR notation; /24 or larger.')
@minLength(9)
@maxLength(18)
param networkPrefix string = '10.60.0.0/24'

@description('Resource id of a virtual network that was there before; two subnets are made in it, out of networkPrefix. Empty: a network is made where one is needed.')
param existingNetworkId string = ''

@description('Resource id of a subnet for the app, delegated to `Microsoft.App/environments`; empty: one is made where one is needed.')
param existingAppSubnetId string = ''

@description('Resource id of a subnet for private endpoints; empty: one is made where one is needed.')
param existingEndpointSubnetId string = ''

@description('Resource id of a resource group whose private DNS zones get the records of the private endpoints; `none`: somebody else writes them, such as a policy. Empty: zones are made.')
param existingDnsGroupId string = ''

@description('Resource id of a storage account that was there before; tables, queues and containers are put into it. Empty: one is made.')
param existingStorageId string = ''

@description('Resource id of a Key Vault with roles that was there before. Empty: one is made.')
param existingVaultId string = ''

@description('Resource id of a Log Analytics workspace that was there before. Empty: one is made.')
param existingWorkspaceId string = ''

@description('Principal of whoever deploys and operates it: may put secrets and files, and look into storage. Empty for nobody.')
param operatorPrincipalId string = ''

@description('What that principal is.')
@allowed(['Group', 'ServicePrincipal', 'User'])
param operatorPrincipalType string = 'User'

@description('Whether a deployment replaces instances one after the other and lets executions end. In preview at Azure.')
param rollingUpdates bool = false

@description('URL of a package that is deployed with the app; empty: azd, the workflow or you publish it.')
param packageUri string = ''

@description('What `keys make-hash` printed for the API key that the app comes up with: its id, the hash of its secret, and its rights. No secret. It is made once: revoked, it does not come back. Empty for none.')
param firstKey string = ''

@description('Client id of the app registration whose tokens callers need beside a function key or an API key; empty for keys without tokens.')
param callerClientId string = ''

@description('Client ids of the applications whose tokens are taken; empty for any application of the tenant.')
param callerApplications string[] = []

@description('`recover` brings back the vault of an environment that was deleted within the last vaultRetentionDays.')
@allowed(['default', 'recover'])
param vaultCreateMode string = 'default'

@description('Whether nobody can purge a deleted vault or secret before vaultRetentionDays are over. Azure never lets it be switched off again.')
param vaultPurgeProtected bool = true

@description('Days that a deleted vault or secret is kept. Fixed when the vault is made.')
@minValue(7)
@maxValue(90)
param vaultRetentionDays int = 7

@description('Whether there are alerts, and a log of each reading of a secret.')
param alertsEnabled bool = true

@description('Address that alerts are mailed to by Azure; empty: they are shown in the portal alone.')
@maxLength(254)
param alertEmail string = ''

@description('Seconds that transactional mail may wait before an alert.')
@minValue(60)
@maxValue(86400)
param alertWaitingSeconds int = 900

@description('Percentage of attempts within 15 minutes that may be rejected or uncertain before an alert.')
@minValue(1)
@maxValue(100)
param alertFailurePercent int = 20

@description('Attempts within 15 minutes, below which no failure rate is computed.')
@minValue(1)
@maxValue(1000000)
param alertFailureMinimum int = 20

@description('Answers 5xx of the API within an hour that are no alert yet.')
@minValue(0)
@maxValue(1000000)
param alertServerErrors int = 4

@description('Whether the API is asked for its health from three places every quarter of an hour; each time is paid for. Not where it is closed to the internet.')
param alertAvailability bool = true

@description('Amount a month, in the currency of the billing account, at 80 % of which alertEmail is told; 0 for no budget.')
@minValue(0)
param budgetAmount int = 0

@description('First day of the month from which the budget counts.')
param budgetStart string = utcNow('yyyy-MM-01')

@description('Part of the traces that is kept, from 0 to 1; of the app and of the Functions host. Metrics and the app\'s log lines are never sampled.')
@minLength(1)
param traceRatio string = '0.05'

@description('Whether each access to storage is logged: several lines for each mail.')
param storageLogsEnabled bool = false

@description('Days that logs and metrics are kept; the first 31 are not charged for.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes a day after which no more telemetry is taken in; -1 for no cap. At the cap alerts see nothing.')
@minValue(-1)
@maxValue(1000)
param logDailyQuotaGb int = 5

var token = toLower(uniqueString(subscription().id, environmentName, location))
var allTags = union(tags, { 'azd-env-name': environmentName })
var deploymentContainer = 'deployment'
var identityName = 'id-${token}'
var insightsName = 'appi-${token}'
var appName = 'func-${token}'
var networkName = 'vnet-${token}'
var groupName = 'rg-${environmentName}'

// What was there before may lie in another resource group, and in another subscription.
var ownGroupId = '${subscription().id}/resourceGroups/${groupName}'
var storageId = empty(existingStorageId)
  ? '${ownGroupId}/providers/Microsoft.Storage/storageAccounts/st${token}'
  : existingStorageId
var storageName = last(split(storageId, '/'))
var storageScope = split(storageId, '/')
var vaultId = empty(existingVaultId) ? '${ownGroupId}/providers/Microsoft.KeyVault/vaults/kv-${token}' : existingVaultId
var vaultName = last(split(vaultId, '/'))
var vaultScope = split(vaultId, '/')

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: groupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  name: 'identity'
  params: { location: location, name: identityName, tags: allTags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  name: 'monitoring'
  params: {
    location: location
    existingWorkspaceId: existingWorkspaceId
    workspaceName: 'log-${token}'
    insightsName: insightsName
    tags: allTags
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module monitoringRoles 'modules/monitoring-roles.bicep' = {
  scope: group
  name: 'monitoring-roles'
  params: { insightsName: insightsName, appPrincipalId: identity.outputs.principalId }
  dependsOn: [monitoring]
}

module storage 'modules/storage.bicep' = if (empty(existingStorageId)) {
  scope: group
  name: 'storage'
  params: { location: location, name: storageName, tags: allTags, sku: storageSku, isPrivate: isPrivate }
}

module storageContents 'modules/storage-contents.bicep' = {
  scope: resourceGroup(storageScope[2], storageScope[4])
  name: 'storage-contents-${token}'
  params: {
    accountName: storageName
    deploymentContainer: deploymentContainer
    attachmentContainer: attachmentContainer
    logWorkspaceId: storageLogsEnabled ? monitoring.outputs.workspaceId : ''
  }
  dependsOn: [storage]
}

module storageRoles 'modules/storage-roles.bicep' = {
  scope: resourceGroup(storageScope[2], storageScope[4])
  name: 'storage-roles-${token}'
  params: {
    storageName: storageName
    appPrincipalId: identity.outputs.principalId
    operatorPrincipalId: operatorPrincipalId
    operatorPrincipalType: operatorPrincipalType
  }
  dependsOn: [storage]
}

module vault 'modules/vault.bicep' = if (empty(existingVaultId)) {
  scope: group
  name: 'vault'
  params: {
    location: location
    name: vaultName
    tags: allTags
    isPrivate: isPrivate
    createMode: vaultCreateMode
    isPurgeProtected: vaultPurgeProtected
    retentionDays: vaultRetentionDays
    logWorkspaceId: alertsEnabled ? monitoring.outputs.workspaceId : ''
  }
}

module secrets 'modules/secrets.bicep' = {
  scope: resourceGroup(vaultScope[2], vaultScope[4])
  name: 'secrets-${token}'
  params: {
    vaultName: vaultName
    prefix: vaultPrefix
    // Parameter files get the reference of `azd env set-secret`, not the secret that it names.
    relayPassword: startsWith(relayPassword, 'akvs://') ? fail('relayPassword is a reference of azd, not the secret.') : relayPassword
    relayClientSecret: startsWith(relayClientSecret, 'akvs://')
      ? fail('relayClientSecret is a reference of azd, not the secret.')
      : relayClientSecret
  }
  dependsOn: [vault]
}

module vaultRoles 'modules/vault-roles.bicep' = {
  scope: resourceGroup(vaultScope[2], vaultScope[4])
  name: 'vault-roles-${token}'
  params: {
    vaultName: vaultName
    appPrincipalId: identity.outputs.principalId
    operatorPrincipalId: operatorPrincipalId
    operatorPrincipalType: operatorPrincipalType
  }
  dependsOn: [vault]
}

// The network: none, one that is made, or subnets in one that was there before.
var needsAppSubnet = isPrivate || natGateway || appPrivateEndpoint
var needsEndpointSubnet = isPrivate || appPrivateEndpoint
var makesSubnets = (needsAppSubnet && empty(existingAppSubnetId)) || (needsEndpointSubnet && empty(existingEndpointSubnetId))
var makesNetwork = makesSubnets && empty(existingNetworkId)
var hasNatGateway = natGateway && !makesNetwork
  ? fail('natGateway belongs to the network that is made. In one that was there before, put a gateway on the subnet of the app yourself.')
  : natGateway
var networkScope = split(
  empty(existingNetworkId) ? '${ownGroupId}/providers/Microsoft.Network/virtualNetworks/${networkName}' : existingNetworkId,
  '/'
)

module network 'modules/network.bicep' = if (makesNetwork) {
  scope: group
  name: 'network'
  params: {
    location: location
    name: networkName
    tags: allTags
    addressPrefix: networkPrefix
    hasNatGateway: hasNatGateway
  }
}

module subnets 'modules/subnets.bicep' = if (makesSubnets && !makesNetwork) {
  scope: resourceGroup(networkScope[2], networkScope[4])
  name: 'subnets-${token}'
  params: { networkName: last(networkScope), addressPrefix: networkPrefix }
}

var appSubnetId = !empty(existingAppSubnetId)
  ? existingAppSubnetId
  : !needsAppSubnet ? '' : makesNetwork ? network!.outputs.appSubnetId : subnets!.outputs.appSubnetId
var endpointSubnetId = !empty(existingEndpointSubnetId)
  ? existingEndpointSubnetId
  : !needsEndpointSubnet ? '' : makesNetwork ? network!.outputs.endpointSubnetId : subnets!.outputs.endpointSubnetId

var dataEndpoints = isPrivate
  ? [
      { service: 'blob', targetId: storageId, zone: 'privatelink.blob.${environment().suffixes.storage}' }
      { service: 'queue', targetId: storageId, zone: 'privatelink.queue.${environment().suffixes.storage}' }
      { service: 'table', targetId: storageId, zone: 'privatelink.table.${environment().suffixes.storage}' }
      { service: 'vault', targetId: vaultId, zone: 'privatelink.vaultcore.azure.net' }
    ]
  : []
var appZone = 'privatelink.azurewebsites.net'
var zoneNames = concat(map(dataEndpoints, item => item.zone), appPrivateEndpoint ? [appZone] : [])
var makesZones = empty(existingDnsGroupId) && !empty(zoneNames)
var zonesId = existingDnsGroupId == 'none'
  ? ''
  : '${empty(existingDnsGroupId) ? ownGroupId : existingDnsGroupId}/providers/Microsoft.Network/privateDnsZones'

module dns 'modules/dns.bicep' = if (makesZones) {
  scope: group
  name: 'dns'
  params: {
    zoneNames: zoneNames
    networkId: join(take(split(endpointSubnetId, '/'), 9), '/')
    linkName: networkName
    tags: allTags
  }
}

module dataEndpoint 'modules/endpoint.bicep' = [
  for item in dataEndpoints: {
    scope: group
    name: 'endpoint-${item.service}'
    params: {
      location: location
      name: 'pe-${item.service}-${networkName}'
      tags: allTags
      service: item.service
      targetId: item.targetId
      subnetId: endpointSubnetId
      zoneId: empty(zonesId) ? '' : '${zonesId}/${item.zone}'
    }
    dependsOn: [dns, storage, vault]
  }
]

// The relay: Azure Communication Services of this deployment, or one that is described.
var isRelayNamed = !empty(relayHost) || !empty(relayPreset)
var makesRelay = communicationEmail && (!empty(relayHost) || !contains(['', 'acs'], relayPreset))
  ? fail('communicationEmail brings a relay of its own: relayHost and relayPreset have to be empty, or it has to be false.')
  : communicationEmail
var smtpUserName = 'mail-${token}'
var isRelayOfIdentity = empty(relayClientId)

module communication 'modules/communication.bicep' = if (makesRelay) {
  scope: group
  name: 'communication'
  params: {
    emailServiceName: 'email-${token}'
    communicationServiceName: 'acs-${token}'
    smtpUserName: smtpUserName
    tags: allTags
    dataLocation: communicationDataLocation
    clientId: isRelayOfIdentity ? identity.outputs.clientId : relayClientId
    tenantId: isRelayOfIdentity || empty(relayTenantId) ? tenant().tenantId : relayTenantId
    principalId: isRelayOfIdentity ? identity.outputs.principalId : communicationPrincipalId
  }
}

var usesTokens = contains(['oauthbearer', 'xoauth2'], relayAuth)
var passwordSettings = relayAuth != 'password'
  ? {}
  : { MailFunctions__Relay__Password: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${vaultPrefix}relay-password)' }
var tokenSettings = !usesTokens
  ? {}
  : isRelayOfIdentity
      ? { MailFunctions__Relay__OAuth__ManagedIdentityClientId: identity.outputs.clientId }
      : {
          MailFunctions__Relay__OAuth__ClientId: relayClientId
          MailFunctions__Relay__OAuth__ClientSecret: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${vaultPrefix}relay-client-secret)'
          MailFunctions__Relay__OAuth__TenantId: empty(relayTenantId) ? tenant().tenantId : relayTenantId
        }
var namedRelay = union(
  empty(relayPreset) ? {} : { MailFunctions__Relay__Preset: relayPreset },
  empty(relayHost) ? {} : { MailFunctions__Relay__Host: relayHost },
  empty(relayUser) ? {} : { MailFunctions__Relay__User: relayUser }
)
var madeRelay = makesRelay && (relayAuth == 'none' || (relayAuth == 'password' && isRelayOfIdentity))
  ? fail('With communicationEmail relayAuth is xoauth2 or oauthbearer; password needs relayClientId, whose client secret it is.')
  : { MailFunctions__Relay__Preset: 'acs', MailFunctions__Relay__User: smtpUserName }
var relaySettings = union(
  { MailFunctions__Relay__Auth: relayAuth },
  makesRelay
    ? madeRelay
    : isRelayNamed ? namedRelay : fail('Neither relayHost nor relayPreset names a relay, and communicationEmail is false.'),
  relayPort == 0 ? {} : { MailFunctions__Relay__Port: string(relayPort) },
  relayMaxConnections == 0 ? {} : { MailFunctions__Relay__MaxConnections: string(relayMaxConnections) },
  passwordSettings,
  tokenSettings
)
var usedSenders = concat(allowedSenders, makesRelay ? [communication!.outputs.senderAddress] : [])
// Azure keeps at least this many always-ready instances of each function group over the zones, on top of the on-demand ones.
var zoneInstances = zoneRedundant ? 2 : 0
// The start of the app refuses counts by which the relay's connections cannot be divided.
var appSettings = union(
  // The limits of a domain of Azure's, until Microsoft raises them on request; settings may say more.
  makesRelay ? { MailFunctions__Relay__PerMinute: '5', MailFunctions__Relay__PerHour: '10' } : {},
  // The platform's front end; with a gateway before it, settings say 2.
  { MailFunctions__TrustedProxies: '1' },
  settings,
  {
    MailFunctions__AllowedSenders: empty(allowedSenders) && !makesRelay
      ? fail('allowedSenders is empty: nobody could send.')
      : join(usedSenders, ',')
    MailFunctions__Scale__BulkInstances: string(maximumInstanceCount + zoneInstances)
    MailFunctions__Scale__TransactionalInstances: string(maximumInstanceCount + max(alwaysReadyTransactional, zoneInstances))
    OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
    OTEL_TRACES_SAMPLER_ARG: traceRatio
  },
  empty(callerClientId) ? {} : { MailFunctions__CallersSignIn: 'true' },
  inlineDelivery ? { MailFunctions__Scale__HttpInstances: string(maximumInstanceCount + max(alwaysReadyHttp, zoneInstances)) } : {},
  empty(firstKey) ? {} : { MailFunctions__FirstKey: firstKey },
  empty(attachmentContainer) ? {} : { MailFunctions__Attachments__Container: attachmentContainer },
  empty(publicUrl) ? {} : { MailFunctions__PublicUrl: publicUrl },
  relaySettings
)
var hasAvailabilityTest = alertsEnabled && alertAvailability && appPublicAccess

module app 'modules/app.bicep' = {
  scope: group
  name: 'app'
  params: {
    location: location
    name: appName
    planName: 'plan-${token}'
    tags: allTags
    identityName: identityName
    storageName: storageName
    deploymentContainer: deploymentContainer
    insightsName: insightsName
    settings: appSettings
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyTransactional: alwaysReadyTransactional
    alwaysReadyHttp: alwaysReadyHttp
    zoneRedundant: zoneRedundant
    subnetId: appSubnetId
    isPublic: appPublicAccess
    allowedSources: concat(
      appAllowedSources,
      empty(appAllowedSources) || !hasAvailabilityTest ? [] : ['ApplicationInsightsAvailability']
    )
    rollingUpdates: rollingUpdates
    packageUri: packageUri
    callerClientId: callerClientId
    callerApplications: callerApplications
  }
  dependsOn: [dataEndpoint, monitoringRoles, secrets, storageContents, storageRoles, vaultRoles]
}

module appEndpoint 'modules/endpoint.bicep' = if (appPrivateEndpoint) {
  scope: group
  name: 'endpoint-sites'
  params: {
    location: location
    name: 'pe-sites-${networkName}'
    tags: allTags
    service: 'sites'
    targetId: app.outputs.id
    subnetId: endpointSubnetId
    zoneId: empty(zonesId) ? '' : '${zonesId}/${appZone}'
  }
  dependsOn: [dns]
}

module alerts 'modules/alerts.bicep' = if (alertsEnabled) {
  scope: group
  name: 'alerts'
  params: {
    location: location
    tags: allTags
    prefix: appName
    workspaceId: monitoring.outputs.workspaceId
    insightsName: insightsName
    hasAvailabilityTest: hasAvailabilityTest
    apiUrl: app.outputs.url
    email: alertEmail
    waitingSeconds: alertWaitingSeconds
    failurePercent: alertFailurePercent
    failureMinimum: alertFailureMinimum
    serverErrors: alertServerErrors
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0) {
  scope: group
  name: 'budget'
  params: {
    name: 'mail'
    amount: budgetAmount
    startDate: budgetStart
    email: budgetAmount > 0 && empty(alertEmail) ? fail('A budget tells alertEmail, which is empty.') : alertEmail
  }
}

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output FUNCTION_APP_NAME string = app.outputs.name

@description('Where the API is.')
output API_URL string = app.outputs.url

@description('Name of the vault, for secrets that you put yourself.')
output VAULT_NAME string = vaultName

@description('An address that mail may be sent from: the generated one of communicationEmail, else the first of allowedSenders that is an address; empty when there is none.')
output SENDER_ADDRESS string = makesRelay
  ? communication!.outputs.senderAddress
  : first(concat(filter(allowedSenders, item => contains(item, '@')), ['']))

@description('Address that relays see mail come from; empty without a NAT gateway.')
output OUTBOUND_ADDRESS string = hasNatGateway ? network!.outputs.outboundAddress : ''
