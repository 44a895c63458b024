// The least that runs: small instances, no alerts.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param allowedSenders = split(readEnvironmentVariable('MAIL_ALLOWED_SENDERS'), ',')
param relayPreset = readEnvironmentVariable('MAIL_RELAY_PRESET', '')
param relayHost = readEnvironmentVariable('MAIL_RELAY_HOST', '')
param relayUser = readEnvironmentVariable('MAIL_RELAY_USER', '')
var auth = readEnvironmentVariable('MAIL_RELAY_AUTH', '')
param relayAuth = empty(auth) ? 'password' : auth
param relayPassword = readEnvironmentVariable('MAIL_RELAY_PASSWORD', '')
param instanceMemoryMB = 512
param maximumInstanceCount = 2
param alertsEnabled = false
param logDailyQuotaGb = 1
var createMode = readEnvironmentVariable('MAIL_VAULT_CREATE_MODE', '')
param vaultCreateMode = empty(createMode) ? 'default' : createMode
param vaultPurgeProtected = false
