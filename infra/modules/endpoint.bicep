@description('Region.')
param location string

@description('Name of the private endpoint.')
param name string

@description('Tags of the resources.')
param tags object

@description('What of the resource is reached: `blob`, `queue`, `table`, `vault` or `sites`.')
param service string

@description('Resource id of what is reached.')
param targetId string

@description('Resource id of the subnet.')
param subnetId string

@description('Resource id of the private DNS zone that gets the record; empty: somebody else writes it, such as a policy.')
param zoneId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: service, properties: { privateLinkServiceId: targetId, groupIds: [service] } }
    ]
  }
}

resource record 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = if (!empty(zoneId)) {
  parent: endpoint
  name: 'default'
  properties: { privateDnsZoneConfigs: [{ name: service, properties: { privateDnsZoneId: zoneId } }] }
}
