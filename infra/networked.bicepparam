// Storage and vault in a virtual network alone, three copies in three zones, transactional mail without a cold start,
// calls that deliver by themselves, callers with tokens of Entra ID, and a relay that takes tokens of the app's identity.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param allowedSenders = split(readEnvironmentVariable('MAIL_ALLOWED_SENDERS'), ',')
param relayPreset = readEnvironmentVariable('MAIL_RELAY_PRESET', 'acs')
param relayHost = readEnvironmentVariable('MAIL_RELAY_HOST', '')
param relayUser = readEnvironmentVariable('MAIL_RELAY_USER', '')
param relayAuth = readEnvironmentVariable('MAIL_RELAY_AUTH', 'xoauth2')
param relayPassword = readEnvironmentVariable('MAIL_RELAY_PASSWORD', '')
param relayMaxConnections = 40
param attachmentContainer = 'mail-files'
param maximumInstanceCount = 8
param alwaysReadyTransactional = 2
param alwaysReadyHttp = 2
param promptEnabled = true
param zoneRedundant = true
param storageSku = 'Standard_ZRS'
param isPrivate = true
param callerClientId = readEnvironmentVariable('MAIL_CALLER_CLIENT_ID', '')
param alertEmail = readEnvironmentVariable('MAIL_ALERT_EMAIL', '')
param storageLogsEnabled = true
