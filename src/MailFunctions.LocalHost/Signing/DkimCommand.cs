using MailFunctions.Smtp.Signing;

namespace MailFunctions.LocalHost.Signing;

/// <summary>Makes a key to sign mail with. Settings and record go to the output, what to do with them to the error output.</summary>
internal static class DkimCommand
{
    /// <exception cref="CannotStartException">The names or the size cannot be used.</exception>
    public static void Run(DkimSwitches switches, TextWriter output, TextWriter advice)
    {
        var key = Make(switches);
        output.WriteLine($"MailFunctions__Dkim__Keys__0__Domain={key.Domain}");
        output.WriteLine($"MailFunctions__Dkim__Keys__0__Selector={key.Selector}");
        output.WriteLine($"MailFunctions__Dkim__Keys__0__Key={key.PrivateKey}");
        output.WriteLine();
        output.WriteLine($"{key.RecordName}. IN TXT ( {string.Join(' ', key.RecordStrings.Select(text => $"\"{text}\""))} )");
        advice.WriteLine("The first three lines are settings, the third of them a secret that is not shown again: preferably a Key Vault reference.");
        advice.WriteLine("The last one is the record. Where DNS is edited in a form, enter the text without quotes; it divides long texts itself.");
        advice.WriteLine("Publish it before the key is used; beside an older key the app waits for it (docs/deliverability.md).");
    }

    private static NewDkimKey Make(DkimSwitches switches)
    {
        try
        {
            return NewDkimKey.Make(switches.Domain, switches.Selector, switches.RsaBits);
        }
        catch (ArgumentException refused)
        {
            throw new CannotStartException(refused.Message);
        }
    }
}
