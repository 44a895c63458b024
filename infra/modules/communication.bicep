@description('Name of the e-mail service.')
param emailServiceName string

@description('Name of the communication service.')
param communicationServiceName string

@description('User name at SMTP.')
param smtpUserName string

@description('Tags of the resources.')
param tags object

@description('Where Azure keeps the data of both services, such as `Europe` or `United States`. Fixed when they are made.')
param dataLocation string

@description('Application that logs in: the client id of the app\'s identity, or of an app registration.')
param clientId string

@description('Directory of that application.')
param tenantId string

@description('Principal of that application, which gets the role; empty: it is given by hand.')
param principalId string

resource emailService 'Microsoft.Communication/emailServices@2025-09-01' = {
  name: emailServiceName
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }

  resource domain 'domains' = {
    name: 'AzureManagedDomain'
    location: 'global'
    tags: tags
    properties: { domainManagement: 'AzureManaged', userEngagementTracking: 'Disabled' }
  }
}

resource communicationService 'Microsoft.Communication/communicationServices@2025-09-01' = {
  name: communicationServiceName
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation, linkedDomains: [emailService::domain.id] }
}

resource user 'Microsoft.Communication/communicationServices/smtpUsernames@2025-09-01' = {
  parent: communicationService
  name: smtpUserName
  properties: { entraApplicationId: clientId, tenantId: tenantId, username: smtpUserName }
  dependsOn: [role]
}

var emailOwner = '09976791-48a7-449e-bb21-39d1a415f350' // Communication and Email Service Owner

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(principalId)) {
  scope: communicationService
  name: guid(communicationService.id, principalId, emailOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', emailOwner)
  }
}

@description('Address that mail is sent from: the one that every domain of Azure\'s has.')
output senderAddress string = 'DoNotReply@${emailService::domain.properties.fromSenderDomain}'
