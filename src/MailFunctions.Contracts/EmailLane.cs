namespace MailFunctions.Contracts;

/// <summary>The two lanes of the server, each with its own queue.</summary>
public static class EmailLane
{
    public const string Transactional = "transactional";

    public const string Bulk = "bulk";
}
