@description('Name of the storage account.')
param storageName string

@description('Principal of the identity of the function app.')
param appPrincipalId string

@description('Principal of whoever deploys and operates it; empty for nobody.')
param operatorPrincipalId string

@description('What that principal is.')
param operatorPrincipalType string

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

// Storage Blob Data Owner: what the Functions host asks for on the account of AzureWebJobsStorage, for its keys, leases
// and the package (Microsoft Learn, "Connecting to host storage with an identity").
var appRoles = [
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor
]
// Files to attach and packages are put by hand; mail, queues and suppressions are changed through the API alone.
var operatorRoles = [
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
  '19e7f393-937e-4f77-808e-94535e297925' // Storage Queue Data Reader
  '76199698-9eea-4c19-bc75-cec21354c6b6' // Storage Table Data Reader
]

resource ofApp 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in appRoles: {
    scope: storage
    name: guid(storage.id, appPrincipalId, role)
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource ofOperator 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in operatorRoles: if (!empty(operatorPrincipalId)) {
    scope: storage
    name: guid(storage.id, operatorPrincipalId, role)
    properties: {
      principalId: operatorPrincipalId
      principalType: operatorPrincipalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]
