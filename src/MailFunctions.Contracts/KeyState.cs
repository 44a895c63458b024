namespace MailFunctions.Contracts;

/// <summary>The states of an API key.</summary>
[Schema("KeyState")]
public static class KeyState
{
    public const string Usable = "usable";

    /// <summary>Its <c>not_before</c> is still to come.</summary>
    public const string NotYetValid = "not_yet_valid";

    public const string Expired = "expired";

    public const string Revoked = "revoked";
}
