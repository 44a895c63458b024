// Neither relayHost nor relayPreset names a relay, and communicationEmail is false.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param allowedSenders = ['example.com']
