using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;

namespace MailFunctions.Tests.Http.Requests;

/// <summary>Bodies that say the same have the same hash, and no others.</summary>
public sealed class CanonicalHashTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly Gen<string> Text = Gen.String[Gen.OneOf('a', 'b', '"', '\\', '/', ' ', '\n', 'ä', '€'), 0, 4];

    private static readonly Gen<JsonNode?> Any = Gen.Recursive<JsonNode?>((depth, inner) =>
    {
        var leaf = Gen.OneOf(
            Text.Select(text => (JsonNode?)JsonValue.Create(text)),
            Gen.Int[-2, 2].Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
            Gen.Const((JsonNode?)null));
        return depth == 3
            ? leaf
            : Gen.OneOf(
                leaf,
                inner.Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(Copy)])),
                Gen.Select(Text, inner).Array[0, 3].Select(members => (JsonNode?)ObjectOf(members)));
    });

    [Fact]
    public void The_order_of_fields_white_space_and_escapes_do_not_count() => Gen.Select(Any, Gen.Int).Sample((node, seed) =>
    {
        var plain = node?.ToJsonString() ?? "null";
        var other = Shuffled(node, new Random(seed))?.ToJsonString(Indented) ?? " null ";

        Assert.Equal(HashOf(plain), HashOf(other));
        Assert.Equal(HashOf(plain), HashOf(EscapedFurther(plain)));
    });

    [Fact]
    public void Bodies_that_say_something_else_have_another() => Gen.Select(Any, Any).Sample((one, two) =>
        Assert.Equal(JsonNode.DeepEquals(one, two), HashOf(one?.ToJsonString() ?? "null") == HashOf(two?.ToJsonString() ?? "null")));

    [Theory]
    [InlineData("""["ab","c"]""", """["a","bc"]""")]
    [InlineData("""{"a":"b"}""", """["a","b"]""")]
    [InlineData("""[1,[]]""", """[[1]]""")]
    [InlineData("""{"a":null}""", """{}""")]
    [InlineData("1", "\"1\"")]
    public void Bodies_that_only_look_alike_have_different_hashes(string one, string two) => Assert.NotEqual(HashOf(one), HashOf(two));

    [Fact]
    public void The_same_body_at_another_call_is_another_request() =>
        Assert.NotEqual(CanonicalHash.Of("emails", Outline("{}")), CanonicalHash.Of("emails/batch", Outline("{}")));

    private static string HashOf(string json) => CanonicalHash.Of("call", Outline(json));

    private static RequestValue Outline(string json) =>
        RequestOutline.Parse(Encoding.UTF8.GetBytes(json), new ErrorList(), EmailLimits.JsonValues).Value!;

    /// <summary>Writes the letter a as an escape, wherever it stands.</summary>
    private static string EscapedFurther(string json) => json.Replace("a", "\\u0061", StringComparison.Ordinal).Replace("f\\u0061lse", "false", StringComparison.Ordinal);

    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();

    private static JsonObject ObjectOf(IEnumerable<(string Name, JsonNode? Value)> members) =>
        new(members.DistinctBy(member => member.Name).Select(member => KeyValuePair.Create(member.Name, Copy(member.Value))));

    private static JsonNode? Shuffled(JsonNode? node, Random random) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(_ => random.Next()).Select(member => KeyValuePair.Create(member.Key, Shuffled(member.Value, random)))),
        JsonArray items => new JsonArray([.. items.Select(item => Shuffled(item, random))]),
        _ => Copy(node),
    };
}
