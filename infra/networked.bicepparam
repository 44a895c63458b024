// Storage and vault in a virtual network alone, three copies of the data in three zones, transactional mail without a cold start,
// calls that deliver by themselves, callers with tokens of Entra ID, and a relay that takes tokens of the app's identity.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param allowedSenders = split(readEnvironmentVariable('MAIL_ALLOWED_SENDERS'), ',')
var preset = readEnvironmentVariable('MAIL_RELAY_PRESET', '')
param relayPreset = empty(preset) ? 'acs' : preset
param relayHost = readEnvironmentVariable('MAIL_RELAY_HOST', '')
param relayUser = readEnvironmentVariable('MAIL_RELAY_USER', '')
var auth = readEnvironmentVariable('MAIL_RELAY_AUTH', '')
param relayAuth = empty(auth) ? 'xoauth2' : auth
param relayPassword = readEnvironmentVariable('MAIL_RELAY_PASSWORD', '')
param relayMaxConnections = 40
param attachmentContainer = 'mail-files'
param maximumInstanceCount = 8
param alwaysReadyTransactional = 2
param alwaysReadyHttp = 2
param promptEnabled = true
param storageSku = 'Standard_ZRS'
param isPrivate = true
param callerClientId = readEnvironmentVariable('MAIL_CALLER_CLIENT_ID', '')
param alertEmail = readEnvironmentVariable('MAIL_ALERT_EMAIL', '')
param storageLogsEnabled = true
var createMode = readEnvironmentVariable('MAIL_VAULT_CREATE_MODE', '')
param vaultCreateMode = empty(createMode) ? 'default' : createMode
