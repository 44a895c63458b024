// Nothing but an environment and a region: the relay is one of Azure's.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param communicationEmail = true
param relayAuth = 'xoauth2'
