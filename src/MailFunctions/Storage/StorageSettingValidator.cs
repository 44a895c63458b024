using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MailFunctions.Storage;

/// <summary>Refuses an unresolved connection string: without storage no mail can be accepted, so the app does not start.</summary>
internal sealed class StorageSettingValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    /// <exception cref="OptionsValidationException">The connection string is unresolved; the message says why.</exception>
    public static void Require(IConfiguration configuration)
    {
        if (Fault(configuration) is { } fault)
            throw new OptionsValidationException(StorageOptions.Section, typeof(StorageOptions), [fault]);
    }

    public ValidateOptionsResult Validate(string? name, StorageOptions options) =>
        Fault(configuration) is { } fault ? ValidateOptionsResult.Fail(fault) : ValidateOptionsResult.Success;

    private static string? Fault(IConfiguration configuration)
    {
        var value = configuration[StorageClients.Setting];
        if (SecretReference.IsOfAzd(value))
            return $"{StorageClients.Setting} {SecretReference.AzdCure}";
        return SecretReference.IsUnresolved(value)
            ? $"{StorageClients.Setting} is a reference to a secret that Azure did not resolve. Put the secret into the Key Vault, let the app's identity read it, and restart the app; or use access by identity, {StorageClients.Setting}__accountName."
            : null;
    }
}
