@description('Region.')
param location string

@description('Name of the function app, and the first part of its host name.')
@minLength(2)
@maxLength(60)
param name string

@description('Name of the plan.')
@minLength(1)
@maxLength(60)
param planName string

@description('Tags of the resources.')
param tags object

@description('Name of the user-assigned identity that the app runs under.')
param identityName string

@description('Name of the storage account.')
param storageName string

@description('Container of the account that the package is put in.')
param deploymentContainer string

@description('Name of the Application Insights component.')
param insightsName string

@description('Application settings of MailFunctions, by name. No secrets: references to the vault.')
param settings object

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('On-demand instances of each function group: of every queue function and timer by itself, and of all HTTP functions together.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances of DeliverTransactional that are always there.')
@minValue(0)
param alwaysReadyTransactional int

@description('Instances of the HTTP functions that are always there.')
@minValue(0)
param alwaysReadyHttp int

@description('Whether the instances are spread over availability zones.')
param zoneRedundant bool

@description('Resource id of the subnet that the app is joined to; empty for none.')
param subnetId string

@description('Whether the app answers calls from the internet, and takes packages from there.')
param isPublic bool

@description('Who may call the app: address ranges in CIDR notation and service tags of Azure; empty for everyone.')
param allowedSources string[]

@description('Whether a deployment replaces instances one after the other and lets executions end. In preview at Azure.')
param rollingUpdates bool

@description('URL of a package that is deployed with the app; empty: somebody else publishes it.')
param packageUri string

@description('Client id of the app registration whose tokens callers need beside a function key; empty for keys alone.')
param callerClientId string

@description('Client ids of the applications whose tokens are taken; empty for any application of the tenant.')
param callerApplications string[]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var suffix = environment().suffixes.storage
var hostSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  AzureWebJobsStorage__blobServiceUri: 'https://${storageName}.blob.${suffix}'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__queueServiceUri: 'https://${storageName}.queue.${suffix}'
  AzureWebJobsStorage__tableServiceUri: 'https://${storageName}.table.${suffix}'
}

var alwaysReady = concat(
  alwaysReadyTransactional > 0
    ? [{ name: 'function:DeliverTransactional', instanceCount: alwaysReadyTransactional }]
    : [],
  alwaysReadyHttp > 0 ? [{ name: 'http', instanceCount: alwaysReadyHttp }] : []
)

// Publishing takes tokens of Entra ID alone, so these rules leave it open.
var access = union(
  { scmIpSecurityRestrictionsDefaultAction: 'Allow', scmIpSecurityRestrictionsUseMain: false },
  empty(allowedSources)
    ? { ipSecurityRestrictionsDefaultAction: 'Allow' }
    : {
        ipSecurityRestrictionsDefaultAction: 'Deny'
        ipSecurityRestrictions: map(allowedSources, (source, i) => {
          name: 'caller-${i}'
          priority: 100 + i
          action: 'Allow'
          ipAddress: source
          tag: contains(source, '/') ? 'Default' : 'ServiceTag'
        })
      }
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd publishes the service of this name here.
  tags: union(tags, { 'azd-service-name': 'mail' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: union(rollingUpdates ? { siteUpdateStrategy: { type: 'RollingUpdate' } } : {}, {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${storageName}.blob.${suffix}/${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        alwaysReady: alwaysReady
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    })
    siteConfig: union({ http20Enabled: true, minTlsVersion: '1.2', scmMinTlsVersion: '1.2' }, access)
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, hostSettings)
  }

  // Publishing takes tokens of Entra ID; there is no publishing password.
  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource callers 'config' = if (!empty(callerClientId)) {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        excludedPaths: ['/api/health', '/api/u/*']
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: callerClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [callerClientId, 'api://${callerClientId}']
            defaultAuthorizationPolicy: empty(callerApplications) ? {} : { allowedApplications: callerApplications }
          }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
  }
}

// Flex Consumption copies the package of this URL into the container of deployments ("one deploy").
resource package 'Microsoft.Web/sites/extensions@2022-09-01' = if (!empty(packageUri)) {
  parent: app
  name: 'onedeploy'
  #disable-next-line BCP187 // The types know this extension by the properties of an older one.
  properties: { packageUri: packageUri, remoteBuild: false }
  dependsOn: [app::appSettings]
}

@description('Resource id of the function app.')
output id string = app.id

@description('Name of the function app.')
output name string = app.name

@description('Where the API is.')
output url string = 'https://${app.properties.defaultHostName}/api'
