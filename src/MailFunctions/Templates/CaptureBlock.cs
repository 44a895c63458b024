using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary><c>{% capture %}</c> with the bounds of an output. Captured text is already encoded and is not encoded again.</summary>
internal sealed class CaptureBlock(string identifier, IReadOnlyList<Statement> statements) : Statement
{
    public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        await using var captured = new BoundedWriter(TemplateLimits.OutputChars);
        var completion = Completion.Normal;
        for (var i = 0; i < statements.Count && completion == Completion.Normal; i++)
        {
            var before = captured.Length;
            completion = await statements[i].WriteToAsync(captured, encoder, context);
            ((RenderContext)context).ChargeChars(captured.Length - before);
        }

        context.SetValue(identifier, new StringValue(captured.ToString(), encode: false));
        return completion;
    }
}
