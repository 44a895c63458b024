@description('Name of the storage account, which may be one that was there before.')
param accountName string

@description('Container that the package of the function app is put in.')
param deploymentContainer string

@description('Container whose blobs mails may name as attachments; empty for none.')
param attachmentContainer string

@description('Resource id of the workspace that every access is logged in; empty for no logs.')
param logWorkspaceId string

// The names are those of src/MailFunctions/Storage/StorageNames.cs; a test compares them.
var tables = [
  'ApiKeys'
  'Audit'
  'Quotas'
  'Batches'
  'DeadLetters'
  'Emails'
  'Events'
  'Held'
  'Idempotency'
  'Pauses'
  'Progress'
  'Rates'
  'RecipientFailures'
  'Relays'
  'Schedule'
  'Statistics'
  'SuppressionChanges'
  'Suppressions'
  'Templates'
  'UnsubscribeKeys'
]
var queues = ['mail-bulk', 'mail-bulk-poison', 'mail-transactional', 'mail-transactional-poison']
var containers = concat(['mail-content', deploymentContainer], empty(attachmentContainer) ? [] : [attachmentContainer])

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' = [
      for item in containers: {
        name: item
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource queue 'queues' = [
      for item in queues: {
        name: item
      }
    ]
  }

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource table 'tables' = [
      for item in tables: {
        name: item
      }
    ]
  }
}

var logs = [
  for category in ['StorageRead', 'StorageWrite', 'StorageDelete']: {
    category: category
    enabled: true
  }
]

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(logWorkspaceId)) {
  scope: account::blobs
  name: 'access'
  properties: { workspaceId: logWorkspaceId, logs: logs }
}

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(logWorkspaceId)) {
  scope: account::queueService
  name: 'access'
  properties: { workspaceId: logWorkspaceId, logs: logs }
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(logWorkspaceId)) {
  scope: account::tableService
  name: 'access'
  properties: { workspaceId: logWorkspaceId, logs: logs }
}
