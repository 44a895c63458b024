// The default. What an environment has of its own comes from environment variables, which `azd env set` sets too.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'mailfunctions')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param allowedSenders = split(readEnvironmentVariable('MAIL_ALLOWED_SENDERS', 'example.com'), ',')
param relayPreset = readEnvironmentVariable('MAIL_RELAY_PRESET', '')
param relayHost = readEnvironmentVariable('MAIL_RELAY_HOST', 'smtp.example.com')
param relayUser = readEnvironmentVariable('MAIL_RELAY_USER', 'mailer')
param relayAuth = readEnvironmentVariable('MAIL_RELAY_AUTH', 'password')
param relayPassword = readEnvironmentVariable('MAIL_RELAY_PASSWORD', '')
param alertEmail = readEnvironmentVariable('MAIL_ALERT_EMAIL', '')
