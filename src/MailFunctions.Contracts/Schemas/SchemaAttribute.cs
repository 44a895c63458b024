namespace MailFunctions.Contracts;

/// <summary>Names the schema of openapi.json that a type makes, or that the values of a property follow.</summary>
/// <param name="name">The name below <c>components/schemas</c>; null when only <see cref="Rules"/> are added.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property | AttributeTargets.Parameter, AllowMultiple = true, Inherited = false)]
internal sealed class SchemaAttribute(string? name = null) : Attribute
{
    public string? Name => name;

    /// <summary>A JSON merge patch (RFC 7396) of the schema, with what no .NET type expresses.</summary>
    public string? Rules { get; init; }
}
