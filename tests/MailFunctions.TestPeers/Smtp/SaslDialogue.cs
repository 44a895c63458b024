using System.Text;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>The challenges of AUTH (RFC 4954 section 4), for PLAIN, LOGIN, XOAUTH2 and OAUTHBEARER.</summary>
internal static class SaslDialogue
{
    /// <summary>Null: another mechanism, or credentials that do not parse.</summary>
    /// <param name="prompts">Of LOGIN.</param>
    public static async Task<(string User, string Secret)?> RunAsync(SmtpWire wire, string argument, IReadOnlyList<string> prompts)
    {
        var words = argument.Split(' ', 2);
        var initial = words.Length > 1 ? words[1] : null;
        switch (words[0].ToUpperInvariant())
        {
            case "PLAIN":
                // RFC 4616: authorization identity, NUL, user, NUL, password.
                var parts = Decode(initial ?? await ChallengeAsync(wire, "")).Split('\0');
                return parts.Length == 3 ? (parts[1], parts[2]) : null;
            case "LOGIN":
                var (user, secret) = ("", "");
                var password = prompts.ToList().FindIndex(prompt => prompt.StartsWith("Pass", StringComparison.Ordinal));
                foreach (var (i, prompt) in prompts.Index())
                {
                    var answer = Decode(initial ?? await ChallengeAsync(wire, prompt));
                    initial = null;
                    (user, secret) = i == (password < 0 ? prompts.Count - 1 : password) ? (user, answer) : (answer, secret);
                }

                return (user, secret);
            case "XOAUTH2":
                var fields = Decode(initial ?? await ChallengeAsync(wire, "")).Split('\x01');
                return fields is [['u', 's', 'e', 'r', '=', .. var name], ['a', 'u', 't', 'h', '=', 'B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token], ..]
                    ? (name, token)
                    : null;
            case "OAUTHBEARER":
                // RFC 7628 section 3.1: a GS2 header with the user, then fields that end with ^A.
                var parameters = Decode(initial ?? await ChallengeAsync(wire, "")).Split('\x01');
                var header = parameters[0].Split(',');
                return header is [_, ['a', '=', .. var account], ..]
                    && Array.Find(parameters, field => field.StartsWith("auth=Bearer ", StringComparison.Ordinal)) is { } bearer
                    ? (account, bearer["auth=Bearer ".Length..])
                    : null;
            default:
                return null;
        }
    }

    private static async Task<string> ChallengeAsync(SmtpWire wire, string text)
    {
        wire.Write(Encoding.ASCII.GetBytes($"334 {Convert.ToBase64String(Encoding.ASCII.GetBytes(text))}\r\n"));
        return await wire.ReadLineAsync() ?? "";
    }

    private static string Decode(string base64)
    {
        var octets = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, octets, out var length) ? Encoding.UTF8.GetString(octets, 0, length) : "";
    }
}
