using System.Globalization;
using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Templates;

namespace MailFunctions.Intake;

/// <summary>Reads the variables of a template: any JSON object.</summary>
internal static class TemplateVariablesReader
{
    /// <returns>No variables when absent or, with an error, invalid.</returns>
    public static TemplateVariables Read(RequestValue? value, ErrorList errors)
    {
        if (value is null)
            return TemplateVariables.None;
        if (value.IsObject)
            return TemplateVariables.Of(ReadFields(value, errors));

        errors.Add(value, $"must be an object, not {value.KindName}");
        return TemplateVariables.None;
    }

    private static Dictionary<string, object?> ReadFields(RequestValue value, ErrorList errors) =>
        value.Members.ToDictionary(member => member.Name, member => ReadValue(member.Value, errors), StringComparer.Ordinal);

    private static object? ReadValue(RequestValue value, ErrorList errors) => value switch
    {
        { IsNull: true } => null,
        { IsString: true } => RequestFields.ReadText(value, TemplateLimits.OutputChars, errors),
        { IsObject: true } => ReadFields(value, errors),
        { IsArray: true } => value.Items.Select(item => ReadValue(item, errors)).ToArray(),
        _ => ReadScalar(Encoding.ASCII.GetString(value.Raw.Span)),
    };

    /// <summary>Reads a scalar. A number that no decimal can hold stays text, as written.</summary>
    private static object ReadScalar(string json) => json switch
    {
        "true" => true,
        "false" => false,
        _ => decimal.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : json,
    };
}
