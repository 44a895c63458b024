// Everything that may have been there before, in other resource groups and another subscription.
using '../../../infra/main.bicep'

var hub = '/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups'
param environmentName = 'mailfunctions'
param location = 'swedencentral'
param allowedSenders = ['example.com']
param relayHost = 'smtp.example.com'
param relayUser = 'mailer'
param relayPassword = 'secret'
param vaultPrefix = 'mail-'
param isPrivate = true
param existingAppSubnetId = '${hub}/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/mail'
param existingEndpointSubnetId = '${hub}/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/endpoints'
param existingDnsGroupId = '${hub}/rg-dns'
param existingStorageId = '${hub}/rg-data/providers/Microsoft.Storage/storageAccounts/stshared'
param existingVaultId = '${hub}/rg-secrets/providers/Microsoft.KeyVault/vaults/kv-shared'
param existingWorkspaceId = '${hub}/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-shared'
param storageLogsEnabled = true
param operatorPrincipalId = '00000000-0000-0000-0000-000000000008'
param operatorPrincipalType = 'Group'
