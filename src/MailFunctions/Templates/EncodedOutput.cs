using System.Buffers;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary><c>{{ … }}</c>: writes a value encoded, whatever its kind, unless it is a string marked as encoded already.</summary>
/// <remarks>Fluid's own statement writes the items of a list as they are.</remarks>
internal sealed class EncodedOutput(Expression expression) : Statement
{
    public override async ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        context.IncrementSteps();
        Write(await expression.EvaluateAsync(context), writer, encoder, (RenderContext)context);
        return Completion.Normal;
    }

    /// <summary>Encodes slice by slice, so that the writer stops a text that grows sixfold before memory runs out.</summary>
    public static void Encode(ReadOnlySpan<char> text, TextWriter writer, TextEncoder encoder)
    {
        Span<char> buffer = stackalloc char[1024];
        while (!text.IsEmpty)
        {
            var status = encoder.Encode(text, buffer, out var consumed, out var written);
            writer.Write(buffer[..written]);
            text = text[consumed..];
            if (status is not (OperationStatus.Done or OperationStatus.DestinationTooSmall))
                throw new InvalidOperationException($"The encoder stopped with {status}.");
        }
    }

    private static void Write(FluidValue value, TextWriter writer, TextEncoder encoder, RenderContext context)
    {
        if (value is ArrayValue list)
        {
            foreach (var item in list.Values)
            {
                context.ChargeChars(1);
                Write(item, writer, encoder, context);
            }
        }
        else if (value is StringValue { Encode: false } encoded)
        {
            writer.Write(encoded.ToStringValue());
        }
        else
        {
            Encode(value.ToStringValue(), writer, encoder);
        }
    }
}
