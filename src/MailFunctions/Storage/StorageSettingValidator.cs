using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MailFunctions.Storage;

/// <summary>Refuses a connection string that is not there yet: without storage nothing can be accepted, so there is nothing to start for.</summary>
internal sealed class StorageSettingValidator(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var value = configuration[StorageClients.Setting];
        if (SecretReference.IsOfAzd(value))
            return ValidateOptionsResult.Fail($"{StorageClients.Setting} {SecretReference.AzdCure}");
        return SecretReference.IsUnresolved(value)
            ? ValidateOptionsResult.Fail(
                $"{StorageClients.Setting} is a reference to a secret that Azure did not resolve. Put the secret into the Key Vault, let the app's identity read it, and restart the app; or use access by identity, {StorageClients.Setting}__accountName.")
            : ValidateOptionsResult.Success;
    }
}
