@description('Region.')
param location string

@description('Name of the vault.')
@minLength(3)
@maxLength(24)
param name string

@description('Tags of the resource.')
param tags object

@description('Whether the vault is reached by private endpoints alone.')
param isPrivate bool

@description('`recover` brings back a vault of this name that was deleted and is still kept.')
@allowed(['default', 'recover'])
param createMode string

@description('Whether a deleted vault or secret cannot be purged before its time. Azure takes true or nothing, never false.')
param isPurgeProtected bool

@description('Days that a deleted vault or secret is kept. Fixed when the vault is made.')
@minValue(7)
@maxValue(90)
param retentionDays int

@description('Resource id of the workspace that each reading of a secret is logged in; empty for no logs.')
param logWorkspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    createMode: createMode
    enablePurgeProtection: isPurgeProtected ? true : null
    enableRbacAuthorization: true
    enableSoftDelete: true
    // Lets this deployment put secrets into a vault without public access.
    networkAcls: { bypass: 'AzureServices', defaultAction: isPrivate ? 'Deny' : 'Allow' }
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    sku: { family: 'A', name: 'standard' }
    softDeleteRetentionInDays: retentionDays
    tenantId: tenant().tenantId
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (!empty(logWorkspaceId)) {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: logWorkspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}
