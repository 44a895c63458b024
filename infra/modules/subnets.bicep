@description('Name of the virtual network that was there before.')
param networkName string

@description('Part of its address space that the two subnets get, in CIDR notation; /24 or larger.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' existing = {
  name: networkName
}

resource app 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' = {
  parent: network
  name: 'mail-app'
  properties: {
    addressPrefix: cidrSubnet(addressPrefix, 25, 0)
    delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
  }
}

resource endpoints 'Microsoft.Network/virtualNetworks/subnets@2024-07-01' = {
  parent: network
  name: 'mail-endpoints'
  properties: {
    addressPrefix: cidrSubnet(addressPrefix, 27, 4)
    privateEndpointNetworkPolicies: 'Disabled'
  }
  // A network takes one change at a time.
  dependsOn: [app]
}

@description('Resource id of the subnet that the function app is joined to.')
output appSubnetId string = app.id

@description('Resource id of the subnet for private endpoints.')
output endpointSubnetId string = endpoints.id
