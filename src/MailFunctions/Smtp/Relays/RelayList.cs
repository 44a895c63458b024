using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp.Relays;

/// <summary>Reads all relays from <see cref="RelaysOptions"/>.</summary>
internal static class RelayList
{
    public const int MaxRelays = 50;

    /// <param name="errors">Receives every error in the settings of any relay.</param>
    /// <returns>Empty when there is any error.</returns>
    public static IReadOnlyList<Relay> Read(RelaysOptions options, ICollection<string> errors)
    {
        var scale = options.Scale;
        Check(scale.TransactionalInstances is >= 1 and <= 1_000, "Scale:TransactionalInstances");
        Check(scale.BulkInstances is >= 1 and <= 1_000, "Scale:BulkInstances");
        if (scale.HttpInstances is < 0 or > 1_000)
            errors.Add($"{RelaysOptions.Section}:Scale:HttpInstances is out of range: it takes 0 to 1000.");
        if (errors.Count > 0)
            return [];

        if (options.Relays.Count > 0 && IsGiven(options.Relay))
            errors.Add($"{RelaysOptions.Section}:Relay and :Relays exclude each other: name each relay under :Relays.");
        if (options.Relays.Count > MaxRelays)
            errors.Add($"{RelaysOptions.Section}:Relays has {options.Relays.Count} entries: it takes up to {MaxRelays}.");

        List<Relay?> relays = options.Relays.Count == 0
            ? [Read($"{RelaysOptions.Section}:Relay", options.Relay, key: null)]
            : [.. options.Relays.Select(pair => Read($"{RelaysOptions.Section}:Relays:{pair.Key}", pair.Value, pair.Key))];
        foreach (var twice in relays.OfType<Relay>().GroupBy(relay => relay.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            errors.Add($"{RelaysOptions.Section}:Relays has {twice.Count()} relays of the name {twice.Key}.");
        return errors.Count > 0 ? [] : [.. relays.OfType<Relay>()];

        Relay? Read(string path, RelayOptions relay, string? key)
        {
            var references = RelayReferences.Find(path, relay, errors);
            var read = new RelayReader(path, references.Options, scale, errors).Read(key);
            return references.Unresolved.Count == 0 ? read : read?.Without(references.Unresolved);
        }

        void Check(bool isRight, string setting)
        {
            if (!isRight)
                errors.Add($"{RelaysOptions.Section}:{setting} is out of range: it takes 1 to 1000.");
        }
    }

    /// <exception cref="OptionsValidationException">The settings have errors.</exception>
    public static IReadOnlyList<Relay> Read(RelaysOptions options)
    {
        var errors = new List<string>();
        var relays = Read(options, errors);
        return errors.Count == 0 ? relays : throw new OptionsValidationException(RelaysOptions.Section, typeof(RelaysOptions), errors);
    }

    private static bool IsGiven(RelayOptions relay) =>
        !string.IsNullOrWhiteSpace(relay.Url) || !string.IsNullOrWhiteSpace(relay.Host) || !string.IsNullOrWhiteSpace(relay.Preset);
}

/// <summary>Stops the app at start-up when the settings of the relays cannot be used.</summary>
internal sealed class RelaysValidator : IValidateOptions<RelaysOptions>
{
    public ValidateOptionsResult Validate(string? name, RelaysOptions options)
    {
        var errors = new List<string>();
        RelayList.Read(options, errors);
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
