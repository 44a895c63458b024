using CsCheck;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Templates;

public sealed class TemplateCacheTests
{
    private static readonly ParsedTemplate Template = new(new TemplateContent("s", "t", "h"));

    [Fact]
    public void The_version_that_was_used_longest_ago_goes_first()
    {
        var cache = new TemplateCache();
        for (var version = 1; version <= TemplateCache.MaxVersions; version++)
            cache.Add("a", version, Template, 1);
        Assert.NotNull(cache.Find("a", 1));

        cache.Add("b", 1, Template, 1);

        Assert.NotNull(cache.Find("a", 1));
        Assert.Null(cache.Find("a", 2));
        Assert.NotNull(cache.Find("b", 1));
    }

    [Fact]
    public void The_cache_never_holds_more_than_its_limits() =>
        Gen.Select(Gen.Int[0, 300], Gen.Int[0, 3 * TemplateLimits.PartChars]).Array[0, 400].Sample(adds =>
        {
            var cache = new TemplateCache();
            var sizes = new Dictionary<int, int>();
            foreach (var (version, chars) in adds)
            {
                if (cache.Find("a", version) is null)
                    sizes[version] = chars;
                cache.Add("a", version, Template, chars);
            }

            var held = sizes.Where(pair => cache.Find("a", pair.Key) is not null).ToList();
            Assert.True(held.Count <= TemplateCache.MaxVersions && held.Sum(pair => (long)pair.Value) <= TemplateCache.MaxChars);
        });
}
