namespace MailFunctions.Simulation;

/// <summary>What a scenario has beside mail; <c>--without</c> leaves it out, for a failure that is easier to read.</summary>
[Flags]
internal enum Trouble
{
    None = 0,

    /// <summary>Processes are killed.</summary>
    Kills = 1,

    /// <summary>Storage fails, is late, or loses answers.</summary>
    Storage = 2,

    /// <summary>The relay refuses, hangs up, or does not answer.</summary>
    Relay = 4,

    /// <summary>Machines' clocks are wrong.</summary>
    Clocks = 8,

    /// <summary>Messages fail until they are moved to the poison queue.</summary>
    Poison = 16,

    /// <summary>Callers cancel and reschedule, operators decide, recipients leave.</summary>
    Persons = 32,

    All = Kills | Storage | Relay | Clocks | Poison | Persons,
}
