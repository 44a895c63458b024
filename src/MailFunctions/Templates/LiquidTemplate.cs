using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Fluid;
using Fluid.Parser;
using MailFunctions.Templates.Filters;

namespace MailFunctions.Templates;

/// <summary>One parsed part of a template, in Fluid's Liquid, within <see cref="TemplateLimits"/>.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed partial class LiquidTemplate
{
    private static readonly LiquidGrammar Grammar = new();

    /// <summary>Encodes only the characters that have a meaning in HTML; letters of all scripts stay as they are.</summary>
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly TemplateOptions HtmlOptions = Options(Html);
    private static readonly TemplateOptions PlainOptions = Options(NullEncoder.Default);

    private readonly TemplatePart _part;
    private readonly IFluidTemplate _template;

    private LiquidTemplate(TemplatePart part, IFluidTemplate template) => (_part, _template) = (part, template);

    public static bool TryParse(TemplatePart part, string source, [NotNullWhen(true)] out LiquidTemplate? template, [NotNullWhen(false)] out TemplateFault? fault)
    {
        (template, fault) = (null, null);
        if (source.Length > TemplateLimits.PartChars)
        {
            fault = new TemplateFault(part.Pointer(), string.Create(CultureInfo.InvariantCulture, $"is longer than {TemplateLimits.PartChars:N0} characters"));
            return false;
        }

        try
        {
            var parsed = Parse(source);
            template = new LiquidTemplate(part, new LiquidRewriter().VisitTemplate(parsed));
            return true;
        }
        catch (ParseException exception)
        {
            fault = new TemplateFault(part.Pointer(), Place().Replace(exception.Message, ", in line $1, column $2"));
        }
        catch (TemplateLimitException exception)
        {
            fault = new TemplateFault(part.Pointer(), exception.Message);
        }

        return false;
    }

    /// <summary>Renders without charging the memory that all requests share.</summary>
    public (string? Text, IReadOnlyList<TemplateFault> Faults) Render(TemplateVariables variables, TimeProvider clock, CancellationToken cancellationToken = default) =>
        Render(variables, clock, memory: null, cancellationToken);

    /// <summary>Renders within the bounds. No template is trusted: any exception of the engine becomes a fault of the template.</summary>
    /// <param name="memory">Null charges nothing.</param>
    /// <exception cref="OperationCanceledException">The caller has disconnected.</exception>
    /// <exception cref="RenderMemoryException">There is no memory for the text at this moment.</exception>
    /// <returns>The text, or null and the faults: each missing variable by name, or the one error that ended the rendering.</returns>
    public (string? Text, IReadOnlyList<TemplateFault> Faults) Render(TemplateVariables variables, TimeProvider clock, RenderMemory? memory, CancellationToken cancellationToken)
    {
        var context = new RenderContext(_part == TemplatePart.Html ? HtmlOptions : PlainOptions, variables, clock, cancellationToken);
        using var writer = new BoundedWriter(TemplateLimits.OutputChars, memory);
        string? fault = null;
        try
        {
            // The rendering never waits, so it completes within the call.
            _template.RenderAsync(writer, _part == TemplatePart.Html ? Html : NullEncoder.Default, context).AsTask().GetAwaiter().GetResult();
        }
        catch (TemplateLimitException exception)
        {
            fault = exception.Message;
        }
        catch (InvalidOperationException exception) when (exception.Message.StartsWith("The maximum level", StringComparison.Ordinal))
        {
            fault = FormattableString.Invariant($"runs more than {TemplateLimits.Steps:N0} statements");
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException or RenderMemoryException))
        {
            // A filter often fails on its input because a variable is missing.
            fault = context.Missing.Count > 0 ? null : $"cannot be rendered: {exception.Message}";
        }

        if (context.Missing.Count > 0 || fault is not null)
            return (null, [.. context.Missing.Select(Missing), .. fault is null ? [] : (TemplateFault[])[new(_part.Pointer(), fault)]]);

        return RenderedText.Check(_part, writer.ToString());
    }

    private TemplateFault Missing(string path) =>
        new(_part.Pointer(), $"needs the variable {path}, which is not given");

    private static FluidTemplate Parse(string source)
    {
        var context = new LiquidSource(source);
        var parsed = Grammar.Grammar.TryParse(context, out var statements, out var error);
        if (error is not null)
            throw new ParseException($"{error.Message} at {error.Position}");
        if (!parsed || !context.Scanner.Cursor.Eof)
            throw new ParseException($"What follows is no template at {context.Scanner.Cursor.Position}");
        return new FluidTemplate(statements);
    }

    private static TemplateOptions Options(TextEncoder encoder)
    {
        var options = new TemplateOptions
        {
            MaxSteps = TemplateLimits.Steps,
            ModelNamesComparer = StringComparer.Ordinal,
            CultureInfo = CultureInfo.InvariantCulture,
            TimeZone = TimeZoneInfo.Utc,
        };
        LiquidFilters.Register(options.Filters, encoder);
        return options;
    }

    /// <summary>Matches the position at the end of Fluid's messages.</summary>
    [GeneratedRegex(@" at \(?(\d+):(\d+)\)?\s*$")]
    private static partial Regex Place();
}
