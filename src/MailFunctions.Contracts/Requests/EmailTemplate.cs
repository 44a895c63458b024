using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;

namespace MailFunctions.Contracts;

/// <summary>
/// The template that makes the bodies of an email, instead of text and html, and its subject; rendered when the email is
/// accepted.
/// </summary>
[Schema("TemplateUse", Rules = """
    {
      "required": null,
      "oneOf": [{"required": ["name"]}, {"required": ["id"]}],
      "properties": {
        "id": {"$ref": "#/components/schemas/TemplateName", "description": "The same as `name`, instead of it."}
      }
    }
    """)]
public sealed record EmailTemplate([Schema(SchemaNames.TemplateName)] string Name)
{
    /// <summary>The version, from 1; the newest when absent.</summary>
    [Range(1, int.MaxValue)]
    public int? Version { get; init; }

    [Schema(SchemaNames.Variables)]
    public JsonObject? Variables { get; init; }
}
