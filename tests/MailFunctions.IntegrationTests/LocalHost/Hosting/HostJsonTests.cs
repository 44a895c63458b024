using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Hosting;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

public sealed class HostJsonTests
{
    [Fact]
    public void The_host_json_of_this_repository_is_read_from_the_output_folder()
    {
        var settings = HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json"));

        Assert.Equal("api", settings.RoutePrefix);
        Assert.Equal(
            new QueueSettings
            {
                BatchSize = 16,
                NewBatchThreshold = 8,
                MaxDequeueCount = 5,
                VisibilityTimeout = TimeSpan.FromSeconds(30),
                MaxPollingInterval = TimeSpan.FromSeconds(2),
                Base64 = false,
            },
            settings.Queues);
    }

    [Fact]
    public void Names_are_matched_without_regard_to_case_and_comments_and_unknown_names_are_passed_over()
    {
        var settings = HostJson.Parse("""
            {
              "Version": "2.0", // a comment
              "logging": { "anything": [1, 2] },
              "extensions": { "HTTP": { "RoutePrefix": "" }, "queues": { "BATCHSIZE": 32, "messageEncoding": "None", "later": true } }
            }
            """);

        Assert.Equal("", settings.RoutePrefix);
        Assert.Equal(32, settings.Queues.BatchSize);
        Assert.False(settings.Queues.Base64);
    }

    [Fact]
    public void A_missing_setting_has_the_default_of_the_Functions_host()
    {
        Assert.Equal(new HostSettings(), HostJson.Parse("""{ "version": "2.0" }"""));
    }

    [Fact]
    public void Malformed_JSON_is_refused_with_its_line_and_position()
    {
        const string Json = "{\n  \"version\": \"2.0\",\n  \"extensions\": { \"http\": }\n}";

        var refused = Assert.Throws<CannotStartException>(() => HostJson.Parse(Json));

        Assert.Contains("line 3, position 27", refused.Message, StringComparison.Ordinal);
        Assert.Equal('}', Json.Split('\n')[2][26]);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData("""{"batchSize": 0}""", "extensions.queues.batchSize is 0; it must be a whole number from 1 to 32.")]
    [InlineData("""{"batchSize": 33}""", "extensions.queues.batchSize is 33; it must be a whole number from 1 to 32.")]
    [InlineData("""{"batchSize": "16"}""", "extensions.queues.batchSize is \"16\"; it must be a whole number from 1 to 32.")]
    [InlineData("""{"batchSize": 1.5}""", "extensions.queues.batchSize is 1.5; it must be a whole number from 1 to 32.")]
    [InlineData("""{"newBatchThreshold": -1}""", "extensions.queues.newBatchThreshold is -1; it must be a whole number from 0 up.")]
    [InlineData("""{"maxDequeueCount": 0}""", "extensions.queues.maxDequeueCount is 0; it must be a whole number from 1 up.")]
    [InlineData("""{"visibilityTimeout": "8.00:00:00"}""", "extensions.queues.visibilityTimeout is \"8.00:00:00\"; it must be a duration from \"00:00:00\" to \"7.00:00:00\".")]
    [InlineData("""{"visibilityTimeout": "soon"}""", "extensions.queues.visibilityTimeout is \"soon\"; it must be a duration from \"00:00:00\" to \"7.00:00:00\".")]
    [InlineData("""{"maxPollingInterval": "00:00:00.05"}""", "extensions.queues.maxPollingInterval is \"00:00:00.05\"; it must be a duration from \"00:00:00.1000000\" to \"1.00:00:00\".")]
    [InlineData("""{"messageEncoding": "utf7"}""", "extensions.queues.messageEncoding is \"utf7\"; it must be \"base64\" or \"none\".")]
    [InlineData("[]", "extensions.queues is []; it must be an object.")]
    public void A_value_out_of_range_is_refused_with_its_path_and_the_range(string queues, string message)
    {
        var refused = Assert.Throws<CannotStartException>(() => HostJson.Parse($"{{\"version\": \"2.0\", \"extensions\": {{\"queues\": {queues}}}}}"));

        Assert.Equal($"host.json: {message}", refused.Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"version": "1.0"}""")]
    [InlineData("[]")]
    public void A_version_other_than_2_0_is_refused(string json)
    {
        Assert.Equal("host.json: version must be \"2.0\".", Assert.Throws<CannotStartException>(() => HostJson.Parse(json)).Message);
    }
}
