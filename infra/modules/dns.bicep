@description('Names of the private DNS zones.')
param zoneNames string[]

@description('Resource id of the virtual network that looks names up in them.')
param networkId string

@description('Name of the links.')
param linkName string

@description('Tags of the resources.')
param tags object

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for item in zoneNames: {
    name: item
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (item, i) in zoneNames: {
    parent: zone[i]
    name: linkName
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
]
