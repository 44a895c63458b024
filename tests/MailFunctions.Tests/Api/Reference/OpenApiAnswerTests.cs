using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailFunctions.Statistics;
using MailFunctions.Tests.Api.Reference.Schemas;

namespace MailFunctions.Tests.Api.Reference;

/// <summary>What is answered with, member by member.</summary>
public sealed class OpenApiAnswerTests
{
    /// <summary>What the client writes with the same words.</summary>
    private static readonly Type[] Requests =
    [
        typeof(EmailMessage),
        typeof(EmailAttachment),
        typeof(EmailTemplate),
        typeof(EmailBatch),
        typeof(ScheduleChange),
        typeof(DecisionRequest),
        typeof(BulkDecisionRequest),
        typeof(RecipientErasure),
        typeof(PauseTerms),
        typeof(SuppressionTerms),
        typeof(SuppressedAddress),
        typeof(SuppressionImport),
        typeof(TemplateSource),
        typeof(TemplatePreview),
        typeof(ApiKeyTerms),
        typeof(ApiKeyChange),
    ];

    /// <summary>Stages whose JSON is kept in storage, or is another's.</summary>
    private static readonly string[] Others = ["Keys", "Ledger", "Queue", "Quotas", "Resend", "Templates", "Watch"];

    public static TheoryData<string> Answers => [.. Contexts().SelectMany(Written).Select(type => type.Name)];

    [Fact]
    public void Every_answer_that_is_written_as_JSON_is_described() =>
        Assert.All(Contexts().SelectMany(Written), type => Assert.True(ContractSchemas.NameOf(type) is not null, $"{type} names no schema."));

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_has_exactly_the_members_that_are_described(string name)
    {
        var type = Contexts().SelectMany(Written).Single(type => type.Name == name);
        var options = (Contexts().Single(context => Written(context).Contains(type)).GetCustomAttribute<JsonSourceGenerationOptionsAttribute>())!;

        Assert.Empty(Differences(type, OpenApiJson.Api.Schema(ContractSchemas.NameOf(type)!), options.DefaultIgnoreCondition, name));
    }

    [Fact]
    public void A_value_of_the_statistics_has_exactly_the_measures_that_are_described()
    {
        var (all, required) = OpenApiJson.Members(OpenApiJson.Api.Schema("StatisticsValue"));

        Assert.Equal((string[])["value", .. MeasureNames.All, "latency_ms"], all);
        Assert.Equal(all, required);
    }

    [Fact]
    public void Request_members_of_the_client_are_described() => Assert.All(Requests, request =>
    {
        var members = request.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.Always)
            .Select(NameOf);

        Assert.Empty(members.Except(OpenApiJson.Members(OpenApiJson.Api.Schema(ContractSchemas.NameOf(request)!)).All));
    });

    private static IEnumerable<string> Differences(Type type, JsonElement schema, JsonIgnoreCondition ignored, string at)
    {
        schema = OpenApiJson.Api.Follow(schema);
        if (KindOf(type) is { } kind)
            return Names(schema.GetProperty("type")).Contains(kind) ? [] : [$"{at} is {kind}, and described as {schema.GetProperty("type")}"];
        if (typeof(IDictionary).IsAssignableFrom(type) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)))
            return Differences(type.GenericTypeArguments[1], schema.GetProperty("additionalProperties"), ignored, $"{at}/*");
        if (typeof(IEnumerable).IsAssignableFrom(type))
            return Differences(type.GenericTypeArguments[0], schema.GetProperty("items"), ignored, $"{at}/0");

        var (all, required) = OpenApiJson.Members(schema);
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        var named = properties.ToDictionary(NameOf);
        var optional = named.Where(pair => IsNullable(pair.Value) && Condition(pair.Value) == JsonIgnoreCondition.WhenWritingNull).Select(pair => pair.Key);
        return named.Keys.Except(all).Select(name => $"{at}/{name} is not described")
            .Concat(all.Except(named.Keys).Select(name => $"{at}/{name} is described and does not exist"))
            .Concat(named.Keys.Except(optional).Except(required).Select(name => $"{at}/{name} is always there, and not described as required"))
            .Concat(required.Intersect(optional).Select(name => $"{at}/{name} may be left out, and is described as required"))
            .Concat(named.Where(pair => all.Contains(pair.Key)).SelectMany(pair => OfMember(pair.Value, schema.GetProperty("properties").GetProperty(pair.Key), $"{at}/{pair.Key}")));

        JsonIgnoreCondition Condition(PropertyInfo property) => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition ?? ignored;

        IEnumerable<string> OfMember(PropertyInfo property, JsonElement member, string place)
        {
            var mayBeNull = IsNullable(property) && Condition(property) != JsonIgnoreCondition.WhenWritingNull;
            var followed = OpenApiJson.Api.Follow(member);
            if (mayBeNull != (followed.TryGetProperty("type", out var types) && Names(types).Contains("null")))
                yield return $"{place} {(mayBeNull ? "may be null, and is not described so" : "is never null, and described as if it were")}";
            if (Underlying(property.PropertyType) == typeof(DateTimeOffset) && !(followed.TryGetProperty("format", out var format) && format.GetString() == "date-time"))
                yield return $"{place} is a time, and not described as one";
            foreach (var difference in Differences(Underlying(property.PropertyType), followed, ignored, place))
                yield return difference;
        }
    }

    private static string? KindOf(Type type) => type switch
    {
        _ when type == typeof(string) || type == typeof(DateTimeOffset) => "string",
        _ when type == typeof(int) || type == typeof(long) => "integer",
        _ when type == typeof(double) => "number",
        _ when type == typeof(bool) => "boolean",
        _ => null,
    };

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    private static Type Underlying(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool IsNullable(PropertyInfo property) => new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    private static IEnumerable<string> Names(JsonElement types) => types.ValueKind == JsonValueKind.Array ? types.EnumerateArray().Select(type => type.GetString()!) : [types.GetString()!];

    private static IEnumerable<Type> Contexts() => typeof(ServiceRegistration).Assembly.GetTypes().Concat(typeof(ContractsJson).Assembly.GetTypes())
        .Where(type => type.BaseType == typeof(JsonSerializerContext) && !Others.Contains(type.Namespace!.Split('.')[^1]));

    private static IEnumerable<Type> Written(Type context) => context.GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)
        .Except(Requests);
}
