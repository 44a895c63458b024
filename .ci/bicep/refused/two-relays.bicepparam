// communicationEmail brings a relay of its own
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param communicationEmail = true
param relayAuth = 'xoauth2'
param relayHost = 'smtp.example.com'
