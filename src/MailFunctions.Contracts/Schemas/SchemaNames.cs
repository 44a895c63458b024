namespace MailFunctions.Contracts;

/// <summary>The schemas of openapi.json that no type makes: they are written there by hand.</summary>
internal static class SchemaNames
{
    public const string Id = "Id";

    public const string Address = "Address";

    public const string TemplateName = "TemplateName";

    public const string Variables = "Variables";

    public const string Email = "Email";

    public const string Batch = "Batch";

    /// <summary>The schema of one address, or of up to fifty, as a property of a request.</summary>
    public const string OneAddressOrMany = """
        {
          "type": null,
          "items": null,
          "oneOf": [
            {"$ref": "#/components/schemas/Address"},
            {"type": "array", "items": {"$ref": "#/components/schemas/Address"}, "maxItems": 50}
          ]
        }
        """;
}
