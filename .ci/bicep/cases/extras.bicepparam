// What each variant leaves out: one address towards relays, callers from known places alone, rolling updates, a package by
// URL, instances in several zones, and a budget.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param allowedSenders = ['news@example.com', 'example.com']
param relayHost = 'smtp.example.com'
param relayAuth = 'none'
param relayMaxConnections = 100
param natGateway = true
param appPrivateEndpoint = true
param appAllowedSources = ['203.0.113.0/24', 'AzureFrontDoor.Backend']
param firstKey = 'abcdefghij01:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU:send,keys'
param rollingUpdates = true
param packageUri = 'https://example.com/mailfunctions.zip'
param zoneRedundant = true
param alwaysReadyHttp = 1
param alertEmail = 'operators@example.com'
param alertServerErrors = 0
param budgetAmount = 50
param budgetStart = '2026-11-01'
param traceRatio = '1'
