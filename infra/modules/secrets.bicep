@description('Name of the vault, which may be one that was there before.')
param vaultName string

@description('First part of the secrets\' names.')
param prefix string

@secure()
@description('Password of the relay. Empty: what is in the vault stays.')
param relayPassword string

@secure()
@description('Secret of the client that asks for OAuth tokens. Empty: what is in the vault stays.')
param relayClientSecret string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource password 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(relayPassword)) {
  parent: vault
  name: '${prefix}relay-password'
  properties: { value: relayPassword }
}

resource clientSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(relayClientSecret)) {
  parent: vault
  name: '${prefix}relay-client-secret'
  properties: { value: relayClientSecret }
}
