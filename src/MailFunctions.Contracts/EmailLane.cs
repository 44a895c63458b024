namespace MailFunctions.Contracts;

/// <summary>The two ways through the server, each with a queue of its own.</summary>
public static class EmailLane
{
    public const string Transactional = "transactional";

    public const string Bulk = "bulk";
}
