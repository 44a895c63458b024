// A relay of Azure's that is logged in to with the client secret of an app registration, the way that Microsoft documents.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param communicationEmail = true
param communicationPrincipalId = '00000000-0000-0000-0000-000000000005'
param allowedSenders = ['example.com']
param relayAuth = 'password'
param relayClientId = '00000000-0000-0000-0000-000000000006'
param relayTenantId = '00000000-0000-0000-0000-000000000007'
param relayPassword = 'secret'
param settings = { MailFunctions__Relay__PerMinute: '30', MailFunctions__Relay__PerHour: '100' }
