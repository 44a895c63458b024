namespace MailFunctions.LocalHost.Triggers;

/// <summary>Marks a method as a function; its name is what logs and lease names use.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Who may call an HTTP function; the values of Microsoft.Azure.Functions.Worker.</summary>
public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}

/// <summary>Binds a parameter of type <see cref="HttpRequest"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel { get; } = authLevel;

    public string[] Methods { get; } = methods;

    /// <summary>Below the route prefix of host.json; the function's name when null.</summary>
    public string? Route { get; set; }
}

/// <summary>Binds a parameter of type <see cref="Azure.Storage.Queues.Models.QueueMessage"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    public string? Connection { get; set; }
}

/// <summary>Binds a parameter of type <see cref="TimerInfo"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : Attribute
{
    /// <summary>Six-field NCRONTAB, UTC.</summary>
    public string Schedule { get; } = schedule;

    public bool RunOnStartup { get; set; }

    public bool UseMonitor { get; set; } = true;
}

public sealed class TimerInfo
{
    /// <summary>Null for schedules of less than a minute.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>A run was missed; however many were, one run makes up for them.</summary>
    public bool IsPastDue { get; set; }
}

public sealed class ScheduleStatus
{
    public DateTime Last { get; set; }

    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
