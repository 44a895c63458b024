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

@description('Who may stand in `from`: addresses, domains without those below them, or `*` for anyone.')
@minLength(1)
param allowedSenders string[]

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

@description('Container whose blobs mails may name as attachments; empty for none.')
@maxLength(63)
param attachmentContainer string = ''

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
param promptEnabled bool = false

@description('Whether the instances are spread over availability zones; the region has to have them. Azure then keeps, and bills, two always-ready instances of every function group, each queue function and timer being one.')
param zoneRedundant bool = false

@description('How often the data is kept, and where. ZRS survives the loss of a zone.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param storageSku string = 'Standard_LRS'

@description('Whether storage and vault are reached through a virtual network alone.')
param isPrivate bool = false

@description('Address space of that network, in CIDR notation; /24 or larger.')
@minLength(9)
@maxLength(18)
param networkPrefix string = '10.60.0.0/24'

@description('Client id of the app registration whose tokens callers need beside a function key; empty for keys alone.')
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
var storageName = 'st${token}'
var vaultName = 'kv-${token}'
var insightsName = 'appi-${token}'
var appName = 'func-${token}'

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${environmentName}'
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
    workspaceName: 'log-${token}'
    insightsName: insightsName
    tags: allTags
    retentionDays: logRetentionDays
    dailyQuotaGb: logDailyQuotaGb
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  name: 'storage'
  params: {
    location: location
    name: storageName
    tags: allTags
    sku: storageSku
    isPrivate: isPrivate
    deploymentContainer: deploymentContainer
    attachmentContainer: attachmentContainer
    logWorkspaceId: storageLogsEnabled ? monitoring.outputs.workspaceId : ''
  }
}

module vault 'modules/vault.bicep' = {
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
    relayPassword: relayPassword
    relayClientSecret: relayClientSecret
    logWorkspaceId: alertsEnabled ? monitoring.outputs.workspaceId : ''
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  name: 'roles'
  params: {
    principalId: identity.outputs.principalId
    storageName: storageName
    vaultName: vaultName
    insightsName: insightsName
  }
  dependsOn: [monitoring, storage, vault]
}

module network 'modules/network.bicep' = if (isPrivate) {
  scope: group
  name: 'network'
  params: {
    location: location
    name: 'vnet-${token}'
    tags: allTags
    addressPrefix: networkPrefix
    storageName: storageName
    vaultName: vaultName
  }
  dependsOn: [storage, vault]
}

var usesTokens = contains(['oauthbearer', 'xoauth2'], relayAuth)
var passwordSettings = relayAuth != 'password'
  ? {}
  : { MailFunctions__Relay__Password: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=relay-password)' }
var tokenSettings = !usesTokens
  ? {}
  : empty(relayClientId)
      ? { MailFunctions__Relay__OAuth__ManagedIdentityClientId: identity.outputs.clientId }
      : {
          MailFunctions__Relay__OAuth__ClientId: relayClientId
          MailFunctions__Relay__OAuth__ClientSecret: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=relay-client-secret)'
          MailFunctions__Relay__OAuth__TenantId: relayTenantId
        }
var relaySettings = union(
  { MailFunctions__Relay__Auth: relayAuth },
  empty(relayPreset) ? {} : { MailFunctions__Relay__Preset: relayPreset },
  empty(relayHost)
    ? (empty(relayPreset) ? fail('Neither relayHost nor relayPreset names a relay.') : {})
    : { MailFunctions__Relay__Host: relayHost },
  relayPort == 0 ? {} : { MailFunctions__Relay__Port: string(relayPort) },
  empty(relayUser) ? {} : { MailFunctions__Relay__User: relayUser },
  relayMaxConnections == 0 ? {} : { MailFunctions__Relay__MaxConnections: string(relayMaxConnections) },
  passwordSettings,
  tokenSettings
)
// Azure keeps at least this many always-ready instances of each function group over the zones, on top of the on-demand ones.
var zoneInstances = zoneRedundant ? 2 : 0
// The start of the app refuses counts by which the relay's connections cannot be divided.
var appSettings = union(
  settings,
  {
    MailFunctions__AllowedSenders: join(allowedSenders, ',')
    MailFunctions__Scale__BulkInstances: string(maximumInstanceCount + zoneInstances)
    MailFunctions__Scale__TransactionalInstances: string(maximumInstanceCount + max(alwaysReadyTransactional, zoneInstances))
  },
  promptEnabled ? { MailFunctions__Scale__HttpInstances: string(maximumInstanceCount + max(alwaysReadyHttp, zoneInstances)) } : {},
  empty(attachmentContainer) ? {} : { MailFunctions__Attachments__Container: attachmentContainer },
  relaySettings
)

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
    subnetId: isPrivate ? network!.outputs.appSubnetId : ''
    callerClientId: callerClientId
    callerApplications: callerApplications
  }
  dependsOn: [roles]
}

module alerts 'modules/alerts.bicep' = if (alertsEnabled) {
  scope: group
  name: 'alerts'
  params: {
    location: location
    tags: allTags
    prefix: appName
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
    waitingSeconds: alertWaitingSeconds
    failurePercent: alertFailurePercent
    failureMinimum: alertFailureMinimum
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
