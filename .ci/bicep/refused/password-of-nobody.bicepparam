// With communicationEmail relayAuth is xoauth2 or oauthbearer
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param communicationEmail = true
param relayAuth = 'password'
