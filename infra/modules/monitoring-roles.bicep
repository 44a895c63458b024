@description('Name of the Application Insights component.')
param insightsName string

@description('Principal of the identity of the function app.')
param appPrincipalId string

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher

resource ofApp 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, appPrincipalId, metricsPublisher)
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}
