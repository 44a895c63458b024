namespace MailFunctions.Domains.Spf;

/// <summary>Writes the record that a domain would publish to permit a relay.</summary>
/// <param name="record">What the domain has; null without a record.</param>
internal sealed class SpfFixes(string domain, SpfRecord? record)
{
    private List<string> Terms => [.. (record?.Text ?? "v=spf1 ~all").Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    public DomainFix Including(string include) => With($"include:{include}");

    /// <summary>Lets an include pass that a weaker term comes before: what matches first decides.</summary>
    public DomainFix InPlaceOf(SpfTerm weak, string include)
    {
        var terms = Terms;
        var index = terms.FindIndex(term => term.Equals(weak.Text, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
            return Including(include);
        terms.Insert(index, $"include:{include}");
        if (weak.Child!.Domain.Equals(include, StringComparison.OrdinalIgnoreCase))
            terms.RemoveAt(index + 1);
        return Of($"Put include:{include} in place of {weak.Text}, or before it.", terms);
    }

    /// <summary>Puts a term into the record where it takes effect: before its end.</summary>
    public DomainFix With(string term)
    {
        var terms = Terms;
        var end = terms.FindIndex(one => one.TrimStart('+', '-', '~', '?').Equals("all", StringComparison.OrdinalIgnoreCase) || one.Contains('=', StringComparison.Ordinal) && one != terms[0]);
        terms.Insert(end < 0 ? terms.Count : end, term);
        return Of($"Add {term}, before the end of the record.", terms);
    }

    private DomainFix Of(string sentence, IEnumerable<string> terms) => new(sentence, "SPF", domain, "TXT", string.Join(' ', terms));
}
