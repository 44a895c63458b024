namespace MailFunctions.Templates;

/// <summary>
/// The limits on the cost of one template, in the terms of docs/api.md. The author of a template need not be trusted: each
/// bound ends the rendering with an error before memory or time run out.
/// </summary>
internal static class TemplateLimits
{
    public const int NameChars = 64;

    /// <summary>UTF-16 code units of the source of one part.</summary>
    public const int PartChars = 256 * 1024;

    /// <summary>Octets of the three parts together, compressed; below Azure's 1 MiB for an entity.</summary>
    public const int StoredBytes = 900 * 1024;

    /// <summary>Versions that one template has at a time; a delete removes all of them.</summary>
    public const int Versions = 10_000;

    /// <summary>UTF-16 code units that the rendered text or html may have, the same as in a mail.</summary>
    public const int OutputChars = 10 * 1024 * 1024;

    /// <summary>UTF-16 code units that the rendered subject may have, the same as in a mail.</summary>
    public const int SubjectChars = 998;

    /// <summary>Blocks within blocks, and brackets within brackets.</summary>
    public const int Nesting = 32;

    /// <summary>Values, operators and filters in one expression. Evaluation recurses once for each.</summary>
    public const int ExpressionParts = 100;

    /// <summary>The same limit for one statement with all of its branches, such as a case.</summary>
    public const int StatementParts = 1_000;

    /// <summary>Statements run; each iteration of a loop counts again.</summary>
    public const int Steps = 100_000;

    /// <summary>Values, operators and filters evaluated in the statements that run.</summary>
    public const int Evaluations = 2_000_000;

    /// <summary>UTF-16 code units that filters and captures read and make, in total.</summary>
    public const int FilteredChars = 32 * 1024 * 1024;

    /// <summary>Items of a list that a template makes by a range or a split.</summary>
    public const int ListItems = 10_000;

    /// <summary>Missing variables that an error names.</summary>
    public const int NamedMissing = 50;

    /// <summary>Templates, each version counted, that one request may name.</summary>
    public const int TemplatesPerRequest = 50;

    /// <summary>
    /// UTF-16 code units that all renderings of one request may make; with this bound the largest request fits the memory
    /// of the smallest instance.
    /// </summary>
    public const int RequestChars = 32 * 1024 * 1024;

    /// <summary>The time for all renderings of one request.</summary>
    public static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(20);

    /// <summary>The time for one part. The counted bounds usually apply first; this one covers what they do not count.</summary>
    public static readonly TimeSpan RenderTime = TimeSpan.FromSeconds(5);
}
