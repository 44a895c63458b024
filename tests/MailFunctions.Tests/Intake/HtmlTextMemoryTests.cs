using System.Text;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Intake;

/// <summary>A text that is made of html can be longer than it: a rule of four characters is a line of ten.</summary>
public sealed class HtmlTextMemoryTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public void Texts_may_exceed_their_html_only_by_a_bounded_total_per_request()
    {
        var (read, lookups) = Read(Batch("<hr>", MiB, 23), memory: null);

        Assert.All(read.Problem!.Errors, error => Assert.Contains("33,554,432 characters: hand in fewer emails at a time", error.Message, StringComparison.Ordinal));
        Assert.EndsWith("/html", read.Problem.Errors[0].Pointer, StringComparison.Ordinal);
        Assert.False(lookups.Templates.IsStarved);
    }

    [Fact]
    public void Texts_made_from_html_take_request_memory_until_the_answer()
    {
        var memory = new RequestMemory(4L * MiB * RequestMemory.Weight);
        using (var held = new HeldMemory(memory))
        {
            Assert.False(Read(Batch("<hr>", MiB, 1), held).Lookups.Templates.IsStarved);
            Assert.InRange(memory.Free, 1, 3L * MiB * RequestMemory.Weight);
            Assert.True(Read(Batch("<hr>", MiB, 2), held).Lookups.Templates.IsStarved);
        }

        Assert.Equal(4L * MiB * RequestMemory.Weight, memory.Free);
    }

    [Fact]
    public void Texts_that_do_not_exceed_their_html_or_are_reread_take_no_memory()
    {
        var memory = new RequestMemory(3L * MiB * RequestMemory.Weight);
        using var held = new HeldMemory(memory);

        Assert.False(Read(Batch("<p>x</p>", MiB, 8), held).Lookups.Templates.IsStarved);
        Assert.Equal(3L * MiB * RequestMemory.Weight, memory.Free);
        var batch = Batch("<hr>", MiB, 1);
        var (_, lookups) = Read(batch, held);
        var free = memory.Free;
        Assert.True(Read(batch, lookups with { Files = FileSet.Empty }).Succeeded);
        Assert.Equal(free, memory.Free);
    }

    private static RequestDocument Batch(string unit, int chars, int emails)
    {
        var email = $$"""{"from":"a@example.com","to":"b@example.com","subject":"s","html":"{{new StringBuilder().Insert(0, unit, chars / unit.Length)}}"}""";
        var errors = new ErrorList();
        return new RequestDocument(RequestOutline.Parse(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(email, emails))}]"), errors, EmailLimits.BatchJsonValues).Value!, errors);
    }

    private static (OrProblem<Submission> Read, RequestLookups Lookups) Read(RequestDocument document, HeldMemory? memory)
    {
        var templates = new TemplateSet(new Dictionary<TemplateReference, LoadedTemplate>(), TimeProvider.System, memory, TestContext.Current.CancellationToken);
        var lookups = new RequestLookups(templates, FileSet.Empty);
        return (Read(document, lookups), lookups);
    }

    private static OrProblem<Submission> Read(RequestDocument document, RequestLookups lookups)
    {
        Assert.True(AllowedSenders.TryParse(["*"], out var anyone, out _));
        return new BatchRequest(anyone, EmailRequests.NoSandbox).Parse(document, new BatchTerms(Permissive: false), EmailRequests.Now, lookups);
    }
}
