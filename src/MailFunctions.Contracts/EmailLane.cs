namespace MailFunctions.Contracts;

/// <summary>
/// The two lanes of the server, each with its own queue, so that a password reset does not wait behind a newsletter.
/// </summary>
[Schema("Lane", Rules = """{"default": "transactional"}""")]
public static class EmailLane
{
    public const string Transactional = "transactional";

    public const string Bulk = "bulk";
}
