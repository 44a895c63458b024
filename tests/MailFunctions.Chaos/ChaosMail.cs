using System.Text.Json;

namespace MailFunctions.Chaos;

/// <summary>
/// One post of one mail. What is posted again is a mail of its own, with addresses of its own, so that each can be
/// followed: a caller that got no answer may have been promised it all the same.
/// </summary>
internal readonly record struct ChaosMail(int Number, int Post)
{
    public const string Here = "here.example";

    /// <summary>Recipients that the relay puts off once.</summary>
    public const string Later = "later.example";

    /// <summary>Recipients that it does not know.</summary>
    public const string Gone = "gone.example";

    /// <summary>Also the sender's local part, by which the relay knows a mail from its MAIL on.</summary>
    public string Key => FormattableString.Invariant($"m{Number}-{Post}");

    public string Sender => $"{Key}@shop.example";

    public bool IsBulk => Number % 2 == 0;

    public string ToJson(Choice choice)
    {
        List<string> to = [$"{Key}@{Here}"];
        if (choice.Happens(0.2, $"{Number} later"))
            to.Add($"{Key}@{Later}");
        if (choice.Happens(0.1, $"{Number} gone"))
            to.Add($"{Key}@{Gone}");
        return JsonSerializer.Serialize(new
        {
            from = Sender,
            to,
            subject = $"Mail {Key}",
            text = "Hello",
            lane = IsBulk ? "bulk" : "transactional",
        });
    }
}
