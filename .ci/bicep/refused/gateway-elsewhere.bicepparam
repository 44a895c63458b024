// natGateway belongs to the network that is made.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param allowedSenders = ['example.com']
param relayHost = 'smtp.example.com'
param natGateway = true
param existingAppSubnetId = '/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/mail'
