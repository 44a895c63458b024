@description('Region.')
param location string

@description('Resource id of a workspace that was there before; empty: one is made.')
param existingWorkspaceId string

@description('Name of the workspace that is made.')
@minLength(4)
@maxLength(63)
param workspaceName string

@description('Name of the Application Insights component.')
@minLength(1)
@maxLength(255)
param insightsName string

@description('Tags of the resources.')
param tags object

@description('Days that logs and metrics are kept; the first 31 are not charged for.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('Gigabytes a day after which no more is taken in until the next; -1 for no cap. At the cap alerts see nothing.')
@minValue(-1)
param dailyQuotaGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = if (empty(existingWorkspaceId)) {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
    retentionInDays: retentionDays
    sku: { name: 'PerGB2018' }
    workspaceCapping: { dailyQuotaGb: dailyQuotaGb }
  }
}

var usedWorkspaceId = empty(existingWorkspaceId) ? workspace.id : existingWorkspaceId

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    // Telemetry is taken from the app's identity alone, not from whoever has the connection string.
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
    WorkspaceResourceId: usedWorkspaceId
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insights.id, 'mail')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Mail'
    serializedData: replace(
      replace(loadTextContent('../workbook.json'), '{{workspace}}', usedWorkspaceId),
      '{{insights}}',
      insights.id
    )
    sourceId: usedWorkspaceId
    version: '1.0'
  }
}

@description('Resource id of the workspace.')
output workspaceId string = usedWorkspaceId
