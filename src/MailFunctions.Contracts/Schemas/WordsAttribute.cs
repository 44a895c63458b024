namespace MailFunctions.Contracts;

/// <summary>Limits a property to the constants of a class.</summary>
/// <param name="names">The class with the constants.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class WordsAttribute(Type names) : Attribute
{
    public Type Names => names;
}
