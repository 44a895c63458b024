// An app without a way to it from the internet, with two subnets in a network that was there before; a policy writes the DNS records.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param allowedSenders = ['example.com']
param relayHost = 'smtp.example.com'
param relayAuth = 'none'
param isPrivate = true
param appPublicAccess = false
param appPrivateEndpoint = true
param networkPrefix = '10.1.4.0/24'
param existingNetworkId = '/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub'
param existingDnsGroupId = 'none'
