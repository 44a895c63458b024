@description('Region.')
param location string

@description('Name of the identity.')
@minLength(3)
param name string

@description('Tags of the resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('What role assignments name.')
output principalId string = identity.properties.principalId

@description('What the app asks tokens with.')
output clientId string = identity.properties.clientId
