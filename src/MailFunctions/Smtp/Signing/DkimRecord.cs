namespace MailFunctions.Smtp.Signing;

/// <summary>Reads the records of keys (RFC 6376 section 3.6.1).</summary>
internal static class DkimRecord
{
    /// <summary>True if verifiers that find the record take signatures of the key for valid. A record in test mode is none.</summary>
    public static bool Shows(string record, DkimKey key)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in record.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (tag.Split('=', 2) is not [var name, var value] || !tags.TryAdd(name.Trim(), string.Concat(value.Where(c => !char.IsWhiteSpace(c)))))
                return false;
        }

        return tags.GetValueOrDefault("v", "DKIM1") == "DKIM1"
            && tags.GetValueOrDefault("k", "rsa") == key.KeyType
            && List("h", "sha256").Contains("sha256")
            && List("s", "*").Any(service => service is "*" or "email")
            && !List("t", "").Contains("y")
            && key.IsShownAs(tags.GetValueOrDefault("p", ""));

        string[] List(string name, string otherwise) => tags.GetValueOrDefault(name, otherwise).Split(':');
    }
}
