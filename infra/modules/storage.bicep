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
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['mail-content/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 400 } } }
          }
        }
      ]
    }
  }
  dependsOn: [blobs]
}
