@description('Region.')
param location string

@description('Name of the virtual network.')
@minLength(2)
@maxLength(64)
param name string

@description('Tags of the resources.')
param tags object

@description('Address space of the network, in CIDR notation; /24 or larger.')
param addressPrefix string

@description('Whether what the app sends to the internet leaves through a NAT gateway, with one address that stays.')
param hasNatGateway bool

resource address 'Microsoft.Network/publicIPAddresses@2024-07-01' = if (hasNatGateway) {
  name: 'pip-${name}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAddressVersion: 'IPv4', publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2024-07-01' = if (hasNatGateway) {
  name: 'nat-${name}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: {
    // Longer than the 4 minutes of the default: a connection to a relay may wait up to 10 for its reply.
    idleTimeoutInMinutes: 15
    publicIpAddresses: [{ id: address.id }]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: union(
          {
            addressPrefix: cidrSubnet(addressPrefix, 25, 0)
            // What a Flex Consumption app asks for; no underscore in the subnet's name.
            delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
          },
          hasNatGateway ? { natGateway: { id: gateway.id } } : {}
        )
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 27, 4)
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

@description('Resource id of the subnet that the function app is joined to.')
output appSubnetId string = network::app.id

@description('Resource id of the subnet for private endpoints.')
output endpointSubnetId string = network::endpoints.id

@description('Address that what the app sends comes from; empty without a NAT gateway.')
output outboundAddress string = hasNatGateway ? address!.properties.ipAddress : ''
