// The least that runs: small instances, no alerts.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'mailfunctions')
param location = readEnvironmentVariable('AZURE_LOCATION', 'swedencentral')
param allowedSenders = split(readEnvironmentVariable('MAIL_ALLOWED_SENDERS', 'example.com'), ',')
param relayPreset = readEnvironmentVariable('MAIL_RELAY_PRESET', '')
param relayHost = readEnvironmentVariable('MAIL_RELAY_HOST', 'smtp.example.com')
param relayUser = readEnvironmentVariable('MAIL_RELAY_USER', 'mailer')
param relayAuth = readEnvironmentVariable('MAIL_RELAY_AUTH', 'password')
param relayPassword = readEnvironmentVariable('MAIL_RELAY_PASSWORD', '')
param instanceMemoryMB = 512
param maximumInstanceCount = 2
param alertsEnabled = false
param logDailyQuotaGb = 1
