// A budget tells alertEmail, which is empty.
using '../../../infra/main.bicep'

param environmentName = 'mailfunctions'
param location = 'swedencentral'
param allowedSenders = ['example.com']
param relayHost = 'smtp.example.com'
param budgetAmount = 10
param budgetStart = '2026-11-01'
