// allowedSenders is empty: nobody could send.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param relayHost = 'smtp.example.com'
