using System.Text;
using MailFunctions.Smtp.Signing;
using MimeKit;

namespace MailFunctions.Tests.Smtp.Signing;

public sealed class HeaderBlockTests
{
    /// <summary>RFC 6376 section 5.4.2: from the bottom upwards, and nothing for a name that is listed once too often.</summary>
    [Fact]
    public void A_name_stands_for_its_fields_from_the_bottom_upwards()
    {
        using var message = new MimeMessage([new Header("List-Id", "one"), new Header("Subject", "x"), new Header("LIST-ID", "two")]) { Body = new TextPart("plain") { Text = "" } };
        var header = HeaderBlock.Of(message, new FormatOptions { NewLineFormat = NewLineFormat.Dos });

        Assert.Equal((2, 1, 0, 1), (header.Count("list-id"), header.Count("subject"), header.Count("date"), header.Count("content-type")));
        Assert.Equal(
            ["list-id: two\r\n", "subject: x\r\n", "list-id: one\r\n"],
            header.Named(["date", "list-id", "subject", "list-id", "list-id", "subject"]).Select(field => $"{field.Name}:{Encoding.ASCII.GetString(field.Value)}"));
    }

    [Fact]
    public void A_field_of_several_lines_is_one_field()
    {
        using var message = new MimeMessage([new Header("Subject", string.Join(' ', Enumerable.Repeat("word", 60)))]) { Body = new TextPart("plain") { Text = "a: b\r\n" } };
        var header = HeaderBlock.Of(message, new FormatOptions { NewLineFormat = NewLineFormat.Dos });

        Assert.Contains("\r\n ", Encoding.ASCII.GetString(Assert.Single(header.Named(["subject"])).Value), StringComparison.Ordinal);
        Assert.Equal(0, header.Count("a"));
    }
}
