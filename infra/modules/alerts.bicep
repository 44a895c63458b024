@description('Region.')
param location string

@description('Tags of the resources.')
param tags object

@description('First part of the names of the alerts.')
@minLength(1)
param prefix string

@description('Resource id of the workspace that the telemetry is in.')
param workspaceId string

@description('Name of the Application Insights component that the telemetry is of: others may share the workspace.')
param insightsName string

@description('Whether the API is asked for its health from outside.')
param hasAvailabilityTest bool

@description('Where the API is.')
param apiUrl string

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

@description('Answers 5xx of the API within an hour that are no alert yet.')
@minValue(0)
param serverErrors int

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// Nothing has been heard of an app that is being deployed for the first time.
var grace = '| extend IsNew = now() < todatetime(\'${insights.properties.CreationDate}\') + 2h'

// The metrics are those of docs/telemetry.md; a gauge is reported by each process that looked, so the largest counts.
// Telemetry comes minutes late, sometimes more. What is reported again and again is looked for in the last 15 minutes;
// what may be reported once alone, in windows that overlap: a point that is up to 45 minutes late is still met.
var rules = [
  {
    name: 'dead'
    title: 'Mail or a queue message that we failed to process waits for a person'
    severity: 1
    frequency: 'PT15M'
    window: 'PT1H'
    table: 'AppMetrics'
    query: '''
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
    window: 'PT1H'
    table: 'AppMetrics'
    query: '''
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
    table: 'AppMetrics'
    query: '''
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
    window: 'PT1H'
    table: 'AppMetrics'
    query: '''
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
    table: 'AppMetrics'
    query: '''
| where Name == 'mailfunctions.relay.breaker.open'
| summarize Value = max(Max) by Relay = tostring(Properties['mailfunctions.relay'])
| summarize Value = max(Value)'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'reference'
    title: 'A relay is left alone because a reference to a secret could not be resolved'
    severity: 1
    frequency: 'PT15M'
    window: 'PT1H'
    table: 'AppTraces'
    query: '''
| where tostring(Properties['EventName']) == 'SettingUnresolved'
| summarize Value = count()'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    // Each key is reported once an hour.
    name: 'volume'
    title: 'An API key sends many times what it usually does'
    severity: 1
    frequency: 'PT15M'
    window: 'PT1H'
    table: 'AppTraces'
    query: '''
| where tostring(Properties['EventName']) == 'KeyVolumeJumped'
| summarize Value = count()'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    // Each check is reported once, when it starts to fail.
    name: 'senders'
    title: 'Receivers may refuse mail: a check of a sender domain passed before and fails'
    severity: 1
    frequency: 'PT15M'
    window: 'PT1H'
    table: 'AppTraces'
    query: '''
| where tostring(Properties['EventName']) == 'SenderCheckFails'
| summarize Value = count()'''
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'failures'
    title: 'Too many attempts are rejected or uncertain'
    severity: 2
    frequency: 'PT5M'
    window: 'PT15M'
    table: 'AppMetrics'
    query: replace(
      '''
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
    // Of the worker: what the Functions host or the platform answers by itself is not in it.
    name: 'errors'
    title: 'The API answers with errors of ours, 5xx'
    severity: 2
    frequency: 'PT15M'
    window: 'PT1H'
    table: 'AppMetrics'
    query: '''
| where Name == 'http.server.request.duration' and tostring(Properties['http.response.status_code']) startswith '5'
| summarize Value = sum(ItemCount)'''
    operator: 'GreaterThan'
    threshold: serverErrors
  }
  {
    // Every process reports some metric, but these two come only from the timers that run every minute, one from each.
    // Without them none of the alerts above can be trusted.
    name: 'silent'
    title: 'A timer told nothing for half an hour'
    severity: 1
    frequency: 'PT15M'
    window: 'PT30M'
    table: 'AppMetrics'
    query: '''
| where Name in ('mailfunctions.emails.oldest_waiting', 'mailfunctions.statistics.lag')
| summarize Heard = dcount(Name)
{grace}
| project Value = iff(IsNew, 2, toint(Heard))'''
    operator: 'LessThan'
    threshold: 2
  }
]
var availabilityRules = [
  {
    name: 'unavailable'
    title: 'The API does not answer when it is asked for its health from outside'
    severity: 1
    frequency: 'PT15M'
    window: 'PT30M'
    table: 'AppAvailabilityResults'
    query: '''
| where Success == false
| summarize Places = dcount(Location)
{grace}
| project Value = iff(IsNew, 0, toint(Places))'''
    operator: 'GreaterThan'
    threshold: 1
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

// From three places every quarter of an hour: every run is paid for.
resource health 'Microsoft.Insights/webtests@2022-06-15' = if (hasAvailabilityTest) {
  name: '${prefix}-health'
  location: location
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource' })
  kind: 'standard'
  properties: {
    Enabled: true
    Frequency: 900
    Kind: 'standard'
    Locations: [{ Id: 'us-va-ash-azr' }, { Id: 'emea-nl-ams-azr' }, { Id: 'apac-sg-sin-azr' }]
    Name: '${prefix}-health'
    Request: { HttpVerb: 'GET', ParseDependentRequests: false, RequestUrl: '${apiUrl}/health' }
    RetryEnabled: true
    SyntheticMonitorId: '${prefix}-health'
    // An app that sleeps has to be loaded first.
    Timeout: 120
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true }
  }
}

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in concat(rules, hasAvailabilityTest ? availabilityRules : []): {
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
            query: contains(rule.query, '{grace}')
              ? '${rule.table}\n| where _ResourceId =~ \'${insights.id}\'\n${replace(rule.query, '{grace}', grace)}'
              : '${rule.table}\n| where _ResourceId =~ \'${insights.id}\'\n${rule.query}'
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
