// For the button "Deploy to Azure": the few parameters that a form asks for, and the package by URL. azuredeploy.json is
// this file, compiled; .ci/bicep.sh holds the two equal.
targetScope = 'subscription'

@description('Name of the environment: the resource group is `rg-<name>`, and other names come of it.')
@minLength(1)
@maxLength(32)
param environmentName string = 'mail'

@description('Region; it has to have Flex Consumption.')
param location string = deployment().location

@description('URL of the package, `mailfunctions.zip` of a release.')
@minLength(9)
param packageUri string

@description('Who may stand in `from`: addresses and domains with commas between them. May be empty where no relay is named.')
param allowedSenders string = ''

@description('Host name of your relay. Empty: Azure Communication Services e-mail is deployed, with at most 5 mails a minute and 10 an hour.')
param relayHost string = ''

@description('Account at your relay; empty for a relay without authentication.')
param relayUser string = ''

@secure()
@description('Password at your relay, kept in the vault. Empty: put it there yourself.')
param relayPassword string = ''

@description('Address that alerts are mailed to by Azure; empty: they are shown in the portal alone.')
param alertEmail string = ''

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

module mail 'main.bicep' = {
  name: 'mail'
  params: {
    environmentName: environmentName
    location: location
    packageUri: packageUri
    allowedSenders: empty(allowedSenders) ? [] : split(allowedSenders, ',')
    communicationEmail: empty(relayHost)
    relayHost: relayHost
    relayAuth: empty(relayHost) ? 'xoauth2' : empty(relayUser) ? 'none' : 'password'
    relayUser: relayUser
    relayPassword: relayPassword
    alertEmail: alertEmail
    instanceMemoryMB: instanceMemoryMB
  }
}

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = mail.outputs.AZURE_RESOURCE_GROUP

@description('Name of the function app.')
output FUNCTION_APP_NAME string = mail.outputs.FUNCTION_APP_NAME

@description('Where the API is.')
output API_URL string = mail.outputs.API_URL

@description('An address that mail may be sent from.')
output SENDER_ADDRESS string = mail.outputs.SENDER_ADDRESS
