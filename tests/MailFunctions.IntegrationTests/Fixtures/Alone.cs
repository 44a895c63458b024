namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>Tests that load the machine, or measure time at a peer: none runs beside another test.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
