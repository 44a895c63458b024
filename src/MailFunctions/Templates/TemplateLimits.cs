namespace MailFunctions.Templates;

/// <summary>
/// What one template may cost, in the words of docs/api.md. Whoever writes a template need not be trusted with the
/// worker: each bound ends the rendering with an error, before memory or time are gone.
/// </summary>
internal static class TemplateLimits
{
    public const int NameChars = 64;

    /// <summary>UTF-16 code units of the source of one part.</summary>
    public const int PartChars = 256 * 1024;

    /// <summary>Octets of the three parts together, compressed: below Azure's 1 MiB for an entity.</summary>
    public const int StoredBytes = 900 * 1024;

    /// <summary>Versions that one template has at a time; a delete removes all of them.</summary>
    public const int Versions = 10_000;

    /// <summary>UTF-16 code units that the text or the html may come to; as much as a mail may have.</summary>
    public const int OutputChars = 10 * 1024 * 1024;

    /// <summary>UTF-16 code units that the subject may come to; as much as a mail may have.</summary>
    public const int SubjectChars = 998;

    /// <summary>Blocks within blocks, and brackets within brackets.</summary>
    public const int Nesting = 32;

    /// <summary>Values, operators and filters in one expression. Evaluation recurses once for each.</summary>
    public const int ExpressionParts = 100;

    /// <summary>The same for one statement with all of its branches, such as a case.</summary>
    public const int StatementParts = 1_000;

    /// <summary>Statements run, each turn of a loop counted anew.</summary>
    public const int Steps = 100_000;

    /// <summary>Values, operators and filters evaluated, in statements run.</summary>
    public const int Evaluations = 2_000_000;

    /// <summary>UTF-16 code units that filters and captures read and make, in total.</summary>
    public const int FilteredChars = 32 * 1024 * 1024;

    /// <summary>Items of a list that a template makes: a range, a split.</summary>
    public const int ListItems = 10_000;

    /// <summary>Missing variables that are named.</summary>
    public const int NamedMissing = 50;

    /// <summary>Templates, each version counted, that one request may name.</summary>
    public const int TemplatesPerRequest = 50;

    /// <summary>UTF-16 code units that all renderings of one request may come to; with it, the largest request fits into the memory of the smallest instance.</summary>
    public const int RequestChars = 32 * 1024 * 1024;

    /// <summary>For all renderings of one request.</summary>
    public static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(20);

    /// <summary>For one part. The counted bounds come first; this one is for what they do not see.</summary>
    public static readonly TimeSpan RenderTime = TimeSpan.FromSeconds(5);
}
