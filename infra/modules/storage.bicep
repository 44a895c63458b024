@description('Region.')
param location string

@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Tags of the resource.')
param tags object

@description('How often the data is kept, and where.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGRS', 'Standard_RAGZRS'])
param sku string

@description('Whether the account is reached by private endpoints alone.')
param isPrivate bool

@description('Container that the package of the function app is put in.')
param deploymentContainer string

@description('Container whose blobs mails may name as attachments; empty for none.')
param attachmentContainer string

@description('Resource id of the workspace that every access is logged in; empty for no logs.')
param logWorkspaceId string

// The names are those of src/MailFunctions/Storage/StorageNames.cs; a test compares them.
var tables = [
  'ApiKeys'
  'Batches'
  'DeadLetters'
  'Emails'
  'Events'
  'Held'
  'Idempotency'
  'Progress'
  'Rates'
  'Relays'
  'Schedule'
  'Statistics'
  'SuppressionChanges'
  'Suppressions'
  'Templates'
]
var queues = ['mail-bulk', 'mail-bulk-poison', 'mail-transactional', 'mail-transactional-poison']
var contentContainer = 'mail-content'
var containers = concat([contentContainer, deploymentContainer], empty(attachmentContainer) ? [] : [attachmentContainer])

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    // Behind the firewall the life-cycle rule below may need the exception for Azure's own services.
    networkAcls: { bypass: isPrivate ? 'AzureServices' : 'None', defaultAction: isPrivate ? 'Deny' : 'Allow' }
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    // What is purged is to be gone.
    deleteRetentionPolicy: { enabled: false }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for item in containers: {
    parent: blobs
    name: item
    properties: { publicAccess: 'None' }
  }
]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for item in queues: {
    parent: queueService
    name: item
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for item in tables: {
    parent: tableService
    name: item
  }
]

// Content is deleted by the app, after a mail's end. A mail may be scheduled a year ahead, so age alone says nothing
// before that: this only cleans what was left behind.
resource lifeCycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'orphans'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${contentContainer}/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 400 } } }
          }
        }
      ]
    }
  }
  dependsOn: [blobs]
}

var logs = [
  for category in ['StorageRead', 'StorageWrite', 'StorageDelete']: {
    category: category
    enabled: true
  }
]

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(logWorkspaceId)) {
  scope: blobs
  name: 'access'
  properties: { workspaceId: logWorkspaceId, logs: logs }
}

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(logWorkspaceId)) {
  scope: queueService
  name: 'access'
  properties: { workspaceId: logWorkspaceId, logs: logs }
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(logWorkspaceId)) {
  scope: tableService
  name: 'access'
  properties: { workspaceId: logWorkspaceId, logs: logs }
}
