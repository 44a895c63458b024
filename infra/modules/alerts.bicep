@description('Region.')
param location string

@description('Tags of the resources.')
param tags object

@description('First part of the names of the alerts.')
@minLength(1)
param prefix string

@description('Resource id of the workspace that the metrics are in.')
param workspaceId string

@description('Address that alerts are mailed to by Azure; empty: they are shown in the portal alone.')
param email string

@description('Seconds that transactional mail may wait.')
@minValue(60)
param waitingSeconds int

@description('Percentage of attempts within 15 minutes that may be rejected or uncertain.')
@minValue(1)
@maxValue(100)
param failurePercent int

@description('Attempts within 15 minutes, below which no failure rate is computed.')
@minValue(1)
param failureMinimum int

// The metrics are those of docs/telemetry.md; a gauge is reported by each process that looked, so the largest counts.
var rules = [
  {
    name: 'dead'
    title: 'Mail or a queue message that we failed to process waits for a person'
    severity: 1
    frequency: 'PT15M'
    window: 'PT15M'
    query: '''
AppMetrics
| where Name == 'mailfunctions.dead_letters'
    or (Name == 'mailfunctions.emails.held' and tostring(Properties['mailfunctions.state']) == 'dead')
| summarize Value = max(Max)'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'uncertain'
    title: 'Mail of which nobody knows whether it was sent waits for a person'
    severity: 2
    frequency: 'PT15M'
    window: 'PT15M'
    query: '''
AppMetrics
| where Name == 'mailfunctions.emails.held' and tostring(Properties['mailfunctions.state']) == 'uncertain'
| summarize Value = max(Max)'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'waiting'
    title: 'The oldest transactional mail waits too long'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: '''
AppMetrics
| where Name == 'mailfunctions.emails.oldest_waiting' and tostring(Properties['mailfunctions.lane']) == 'transactional'
| summarize Value = max(Max)'''
    operator: 'GreaterThan'
    threshold: waitingSeconds
  }
  {
    name: 'expired'
    title: 'Transactional mail expired before it was sent'
    severity: 1
    frequency: 'PT15M'
    window: 'PT15M'
    query: '''
AppMetrics
| where Name == 'mailfunctions.emails.ended'
    and tostring(Properties['mailfunctions.state']) == 'expired' and tostring(Properties['mailfunctions.lane']) == 'transactional'
| summarize Value = sum(Sum)'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'breaker'
    title: 'A relay is left alone because it failed several times in a row, or refused our credentials'
    severity: 1
    frequency: 'PT5M'
    window: 'PT15M'
    query: '''
AppMetrics
| where Name == 'mailfunctions.relay.breaker.open'
| summarize Value = max(Max) by Relay = tostring(Properties['mailfunctions.relay'])
| summarize Value = max(Value)'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'failures'
    title: 'Too many attempts are rejected or uncertain'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    query: replace(
      '''
AppMetrics
| where Name == 'mailfunctions.attempts'
| summarize Attempts = sum(Sum), Failed = sumif(Sum, tostring(Properties['mailfunctions.outcome']) in ('rejected', 'uncertain'))
| where Attempts >= {minimum}
| project Value = 100.0 * Failed / Attempts''',
      '{minimum}',
      string(failureMinimum)
    )
    operator: 'GreaterThan'
    threshold: failurePercent
  }
  {
    // Every process reports some metric, but these two come only from the timers that run every minute, one from each.
    // Without them none of the alerts above can be trusted.
    name: 'silent'
    title: 'A timer told nothing for half an hour'
    severity: 1
    frequency: 'PT15M'
    window: 'PT30M'
    query: '''
AppMetrics
| where Name in ('mailfunctions.emails.oldest_waiting', 'mailfunctions.statistics.lag')
| summarize Value = dcount(Name)'''
    operator: 'LessThan'
    threshold: 2
  }
]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: '${prefix}-people'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'mail'
    emailReceivers: [{ name: 'mail', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${prefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.title
      enabled: true
      severity: rule.severity
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      scopes: [workspaceId]
      // A new workspace has not seen a metric yet.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { minFailingPeriodsToAlert: 1, numberOfEvaluationPeriods: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [group.id] }
    }
  }
]
