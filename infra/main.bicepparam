// The default. What an environment has of its own comes from environment variables, which `azd env set` sets too.
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
param alertEmail = readEnvironmentVariable('MAIL_ALERT_EMAIL', '')
var createMode = readEnvironmentVariable('MAIL_VAULT_CREATE_MODE', '')
param vaultCreateMode = empty(createMode) ? 'default' : createMode
