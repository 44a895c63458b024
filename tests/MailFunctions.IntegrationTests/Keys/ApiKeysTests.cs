using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Callers;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>Which keys are good, for how long, and what is kept of them.</summary>
public sealed class ApiKeysTests(AzuriteFixture azurite)
{
    /// <summary>A key with every right of those that may send as any sender.</summary>
    internal static readonly KeyTerms Terms = new() { Name = "a test", Rights = [KeyRight.Send, KeyRight.Read, KeyRight.ReadContent, KeyRight.Cancel], Senders = ["*"] };

    private static readonly KeyTerms Whole = new()
    {
        Name = " Shop ",
        Rights = [KeyRight.Send, KeyRight.Decide],
        Senders = ["example.com", "a@example.org"],
        Recipients = ["example.net"],
        Lanes = ["bulk", "transactional"],
        Headers = ["X-Shop-*"],
        Templates = ["shop-*", "welcome"],
        Networks = ["192.0.2.0/24", "2001:db8::1"],
        NotBefore = DateTimeOffset.UnixEpoch,
        ExpiresAt = new DateTimeOffset(2099, 12, 31, 0, 0, 0, TimeSpan.Zero),
    };

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(57));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_revoked_key_is_refused_once_the_cached_key_is_four_seconds_old()
    {
        var (keys, desk, _) = await OpenAsync();
        var key = await desk.AddAsync(Terms, Cancellation);
        Assert.NotNull(await keys.FindAsync(key, Cancellation));

        Assert.True(await desk.RevokeAsync(IdOf(key), withMade: false, Cancellation));
        _clock.Advance(ApiKeys.BelievedFor - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await keys.FindAsync(key, Cancellation));
        Assert.True(await desk.RevokeAsync(IdOf(key), withMade: false, Cancellation));
        Assert.Equal("revoked", (await desk.ListAsync(Cancellation)).Single().State);
    }

    /// <summary>Two instances, which read the key at different times, the one just before it changes.</summary>
    [Fact]
    public async Task A_change_and_a_revocation_hold_on_every_instance_within_5_seconds()
    {
        var (one, desk, storage) = await OpenAsync();
        var two = new ApiKeys(new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance), _clock);
        var key = await desk.AddAsync(Terms, Cancellation);
        Assert.NotNull(await one.FindAsync(key, Cancellation));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(await two.FindAsync(key, Cancellation));

        Assert.True(await desk.ChangeAsync(IdOf(key), terms => terms with { Rights = [KeyRight.ReadOwn] }, Cancellation));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((Rights.ReadOwn, Rights.ReadOwn), ((await one.FindAsync(key, Cancellation))!.Rights, (await two.FindAsync(key, Cancellation))!.Rights));

        Assert.True(await desk.RevokeAsync(IdOf(key), withMade: false, Cancellation));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((null, null), (await one.FindAsync(key, Cancellation), await two.FindAsync(key, Cancellation)));
    }

    [Fact]
    public async Task A_key_is_refused_before_its_time()
    {
        var (keys, desk, _) = await OpenAsync();
        var key = await desk.AddAsync(Terms with { NotBefore = _clock.GetUtcNow().AddDays(1) }, Cancellation);

        Assert.Equal(KeyState.NotYetValid, (await desk.ListAsync(Cancellation)).Single().State);
        Assert.Null(await keys.FindAsync(key, Cancellation));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
    }

    [Theory]
    [InlineData("name must have 1 to 64 characters.", "", "send", "*", "", "")]
    [InlineData("rights must name at least one", "a", "", "*", "", "")]
    [InlineData("rights takes send, read_own", "a", "sent", "*", "", "")]
    [InlineData("senders must name at least one address or domain", "a", "send", "", "", "")]
    [InlineData("senders has an entry that is wrong: 'not a sender' is no address", "a", "send", "not a sender", "", "")]
    [InlineData("lanes takes transactional and bulk, not 'fast'", "a", "send", "*", "fast", "")]
    [InlineData("networks takes IP addresses", "a", "send", "*", "", "192.0.2.1/24")]
    [InlineData("rights has erase, statistics, which concerns mail of all senders", "a", "erase,statistics,send", "example.com", "", "")]
    public async Task A_key_that_makes_no_sense_is_not_made(string sentence, string name, string rights, string senders, string lanes, string networks)
    {
        var (_, desk, _) = await OpenAsync();
        string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => desk.AddAsync(
            new KeyTerms { Name = name, Rights = List(rights), Senders = List(senders), Lanes = List(lanes), Networks = List(networks) }, Cancellation));

        Assert.StartsWith(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await desk.ListAsync(Cancellation));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, null)]
    [InlineData(5, 5)]
    public async Task Times_of_a_key_have_to_be_ahead_and_in_order(int expiresIn, int? beginsIn)
    {
        var (_, desk, _) = await OpenAsync();
        var now = _clock.GetUtcNow();

        await Assert.ThrowsAsync<ArgumentException>(() => desk.AddAsync(Terms with { ExpiresAt = now.AddDays(expiresIn), NotBefore = beginsIn is { } days ? now.AddDays(days) : null }, Cancellation));
    }

    [Fact]
    public async Task A_key_of_an_earlier_version_has_what_it_had_until_it_is_changed()
    {
        var (keys, desk, storage) = await OpenAsync();
        var text = ApiKeyText.NewWithoutCheck();
        var rows = storage.Table(StorageNames.ApiKeysTable);
        await rows.AddEntityAsync(
            new Azure.Data.Tables.TableEntity(ApiKey.Partition, text.Id)
            {
                ["v"] = 1,
                ["name"] = "old",
                ["hash"] = text.Hash(),
                ["senders"] = "example.org,a@example.com",
                ["lanes"] = "bulk",
                ["headers"] = "X-Shop-*",
                ["created_at"] = RowValues.Time(_clock.GetUtcNow()),
                ["expires_at"] = RowValues.Time(null),
                ["revoked_at"] = RowValues.Time(null),
            },
            Cancellation);

        var key = (await keys.FindAsync(text.Reveal(), Cancellation))!;
        Assert.Equal(["send", "read", "read_content", "cancel"], RightNames.Of(key.Rights));
        Assert.Equal(
            JsonSerializer.Serialize(new KeyLimits { Senders = ["example.org", "a@example.com"], Lanes = [Mail.Lane.Bulk], Headers = ["X-Shop-*"] }), JsonSerializer.Serialize(key.Limits));

        Assert.True(await desk.ChangeAsync(text.Id, terms => terms with { Rights = [KeyRight.Send], Lanes = [] }, Cancellation));
        _clock.Advance(ApiKeys.BelievedFor);
        key = (await keys.FindAsync(text.Reveal(), Cancellation))!;
        Assert.Equal((Rights.Send, 2, 1), (key.Rights, key.Limits.Lanes.Count, key.Version));
        // What an earlier version of the app needs to read a key is not there any more.
        Assert.Equal("", (await rows.GetEntityAsync<Azure.Data.Tables.TableEntity>(ApiKey.Partition, text.Id, cancellationToken: Cancellation)).Value.GetString("lanes"));
        var made = await desk.AddAsync(Terms, Cancellation);
        Assert.False((await rows.GetEntityAsync<Azure.Data.Tables.TableEntity>(ApiKey.Partition, IdOf(made), cancellationToken: Cancellation)).Value.ContainsKey("lanes"));
    }

    [Fact]
    public async Task Changes_made_concurrently_are_all_kept()
    {
        var (_, desk, storage) = await OpenAsync();
        var id = IdOf(await desk.AddAsync(Terms with { Headers = ["X-0"] }, Cancellation));

        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Desk(storage, _clock).ChangeAsync(id, terms => terms with { Headers = [.. terms.Headers, $"X-{i}"] }, Cancellation)));

        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"X-{i}"), (await desk.ListAsync(Cancellation)).Single().Terms.Headers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_call_that_began_before_its_key_was_narrowed_undoes_nothing()
    {
        var (_, desk, storage) = await OpenAsync();
        var wide = Terms with { Rights = [KeyRight.Send, KeyRight.Keys] };
        var id = IdOf(await desk.AddAsync(wide, Cancellation));
        var caller = Caller.OfKey((await new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance).ReadAsync(id, Cancellation))!, client: null, makers: []);
        await desk.ChangeAsync(id, terms => terms with { Senders = ["example.com"] }, Cancellation);

        Assert.Equal("restricted_api_key", (await desk.MakeAsync(wide, caller, Cancellation)).Problem?.Name);
        Assert.Equal("restricted_api_key", (await desk.ChangeAsync(id, _ => wide, caller, Cancellation)).Problem?.Name);
        Assert.Equal(["example.com"], (await desk.ListAsync(Cancellation)).Single().Terms.Senders);

        await desk.RevokeAsync(id, withMade: false, Cancellation);
        Assert.Equal("invalid_api_key", (await desk.MakeAsync(wide with { Senders = ["example.com"] }, caller, Cancellation)).Problem?.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    public async Task An_entry_without_a_text_lifts_no_limit(string entry)
    {
        var (_, desk, _) = await OpenAsync();

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => desk.AddAsync(Terms with { Recipients = [entry], Quotas = [entry] }, Cancellation));

        Assert.Equal(["recipients has an entry without a text.", "quotas has an entry without a text."], refused.Message.Split(Environment.NewLine));
    }

    [Fact]
    public async Task A_key_ends_with_its_time_also_while_what_was_read_of_it_is_believed()
    {
        var (keys, desk, _) = await OpenAsync();
        var key = await desk.AddAsync(Terms with { ExpiresAt = _clock.GetUtcNow().AddDays(1) }, Cancellation);

        _clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await keys.FindAsync(key, Cancellation));
        Assert.Equal("expired", (await desk.ListAsync(Cancellation)).Single().State);
    }

    [Fact]
    public async Task The_absence_of_keys_is_cached_for_seconds_and_their_presence_for_good()
    {
        var (keys, desk, _) = await OpenAsync();
        Assert.False(await keys.AnyAsync(Cancellation));

        var key = await desk.AddAsync(Terms, Cancellation);
        Assert.False(await keys.AnyAsync(Cancellation));
        _clock.Advance(ApiKeys.NoneBelievedFor);
        Assert.True(await keys.AnyAsync(Cancellation));
        Assert.True(await desk.RevokeAsync(IdOf(key), withMade: false, Cancellation));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await keys.AnyAsync(Cancellation));
    }

    [Fact]
    public async Task Storage_without_the_table_has_no_key()
    {
        var table = new ApiKeyTable(TestStorage.Open(azurite.TakeAccount()), NullLogger<ApiKeyTable>.Instance);

        Assert.False(await new ApiKeys(table, _clock).AnyAsync(Cancellation));
        Assert.Null(await new ApiKeys(table, _clock).FindAsync(ApiKeyText.New(new byte[ApiKeyText.CheckKeyBytes]).Reveal(), Cancellation));
        Assert.Null(await new ApiKeys(table, _clock).FindAsync(ApiKeyText.NewWithoutCheck().Reveal(), Cancellation));
    }

    [Fact]
    public async Task A_key_with_a_wrong_secret_is_refused_and_no_secret_is_stored()
    {
        var (keys, desk, storage) = await OpenAsync();
        var checkKey = await new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance).CheckKeyAsync(Cancellation);
        var (key, other) = (await desk.AddAsync(Terms, Cancellation), ApiKeyText.New(checkKey));

        Assert.Null(await keys.FindAsync((other with { Id = IdOf(key) }).Reveal(), Cancellation));
        Assert.Null(await keys.FindAsync(other.Reveal(), Cancellation));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
        Assert.True(ApiKeyText.TryParse(key, out var text));
        var row = await storage.Table(StorageNames.ApiKeysTable).QueryAsync<Azure.Data.Tables.TableEntity>(row => row.PartitionKey == ApiKey.Partition, cancellationToken: Cancellation).SingleAsync(Cancellation);
        Assert.DoesNotContain(row, value => $"{value.Value}".Contains(text.Secret, StringComparison.Ordinal));
        Assert.Equal(32, row.GetBinary("hash").Length);
    }

    [Fact]
    public async Task A_key_keeps_what_it_was_made_with()
    {
        var (keys, desk, _) = await OpenAsync();

        var key = await keys.FindAsync(await desk.AddAsync(Whole, Cancellation), Cancellation);

        Assert.Equal(Rights.Send | Rights.Decide, key!.Rights);
        var read = KeyTerms.Of(key);
        Assert.Equal(JsonSerializer.Serialize(Whole with { Name = "Shop" }), JsonSerializer.Serialize(read));
    }

    /// <summary>Whoever guesses learns nothing from what it costs, and slows nobody's keys down.</summary>
    [Fact]
    public async Task Guessed_keys_cause_no_storage_requests_whether_their_ids_are_known_or_not()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var (keys, desk, storage) = await OpenAsync(proxy.ConnectionString);
        var (known, old) = (await desk.AddAsync(Terms, Cancellation), await AddOldAsync(storage));
        // What every process reads once.
        Assert.True(await keys.AnyAsync(Cancellation));
        Assert.NotNull(await keys.FindAsync(known, Cancellation));
        Assert.NotNull(await keys.FindAsync(old, Cancellation));
        var before = proxy.Requests.Count;

        for (var i = 0; i < 500; i++)
        {
            var guess = ApiKeyText.New(new byte[ApiKeyText.CheckKeyBytes]);
            Assert.Null(await keys.FindAsync(guess.Reveal(), Cancellation));
            Assert.Null(await keys.FindAsync((guess with { Id = IdOf(known) }).Reveal(), Cancellation));
            Assert.Null(await keys.FindAsync((guess with { Id = IdOf(old) }).Reveal(), Cancellation));
            Assert.Null(await keys.FindAsync((guess with { Check = "" }).Reveal(), Cancellation));
            Assert.Null(await keys.FindAsync((guess with { Id = IdOf(known), Check = "" }).Reveal(), Cancellation));
            Assert.Null(await keys.FindAsync((guess with { Id = IdOf(old), Check = "" }).Reveal(), Cancellation));
            Assert.NotNull(await keys.FindAsync(known, Cancellation));
            Assert.NotNull(await keys.FindAsync(old, Cancellation));
        }

        Assert.Equal(before, proxy.Requests.Count);

        // Once what was read is old, one question for all keys without a check, and one for each key that is used.
        _clock.Advance(ApiKeys.BelievedFor);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => keys.FindAsync((i % 3) switch
        {
            0 => ApiKeyText.NewWithoutCheck().Reveal(),
            1 => old,
            _ => known,
        }, Cancellation)));
        Assert.Equal(before + 2, proxy.Requests.Count);
    }

    [Fact]
    public async Task A_flood_before_the_first_key_asks_storage_once_in_a_few_seconds()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var (keys, _, _) = await OpenAsync(proxy.ConnectionString);
        var before = proxy.Requests.Count;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => keys.AnyAsync(Cancellation)));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => keys.FindAsync(ApiKeyText.New(new byte[ApiKeyText.CheckKeyBytes]).Reveal(), Cancellation)));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => keys.FindAsync(ApiKeyText.NewWithoutCheck().Reveal(), Cancellation)));

        Assert.Equal(before + 3, proxy.Requests.Count);
    }

    [Fact]
    public async Task A_key_of_an_earlier_version_works_until_revoked_and_only_without_a_check()
    {
        var (keys, desk, storage) = await OpenAsync();
        var key = await AddOldAsync(storage);

        Assert.NotNull(await keys.FindAsync(key, Cancellation));
        Assert.Null(await keys.FindAsync($"{key}AAAAAAAAAAAAAAAAAAAA", Cancellation));
        Assert.True(await desk.RevokeAsync(IdOf(key), withMade: false, Cancellation));
        _clock.Advance(ApiKeys.BelievedFor);
        Assert.Null(await keys.FindAsync(key, Cancellation));
    }

    [Fact]
    public async Task A_key_without_its_check_is_no_key()
    {
        var (keys, desk, _) = await OpenAsync();
        var key = await desk.AddAsync(Terms, Cancellation);

        Assert.Null(await keys.FindAsync(key[..^20], Cancellation));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
    }

    [Fact]
    public async Task First_keys_made_concurrently_all_work()
    {
        var storage = TestStorage.Open(azurite.TakeAccount());
        await new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance).CreateAsync(Cancellation);
        await storage.Table(StorageNames.AuditTable).CreateAsync(Cancellation);

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Desk(storage, _clock).AddAsync(Terms with { Name = $"key {i}" }, Cancellation)));

        var keys = new ApiKeys(new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance), _clock);
        Assert.All(await Task.WhenAll(made.Select(key => keys.FindAsync(key, Cancellation))), Assert.NotNull);
    }

    [Fact]
    public async Task The_number_of_keys_in_force_is_limited_to_1000()
    {
        var (_, desk, storage) = await OpenAsync();
        var table = new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance);
        foreach (var some in Enumerable.Range(0, ApiKey.MostInForce).Chunk(100))
            await Task.WhenAll(some.Select(i => table.AddAsync(Row(ApiKeyText.NewWithoutCheck(), ApiKey.FirstWithCheck), Cancellation)));

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => desk.AddAsync(Terms, Cancellation));
        Assert.Contains("one key more than the 1000", refused.Message, StringComparison.Ordinal);

        Assert.True(await desk.RevokeAsync((await table.ListAsync(Cancellation))[0].Id, withMade: false, Cancellation));
        await desk.AddAsync(Terms, Cancellation);
    }

    /// <summary>As the versions before the check wrote it.</summary>
    private async Task<string> AddOldAsync(StorageClients storage)
    {
        var text = ApiKeyText.NewWithoutCheck();
        await new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance).AddAsync(Row(text, version: 1), Cancellation);
        return text.Reveal();
    }

    private ApiKey Row(ApiKeyText text, int version) =>
        new() { Version = version, Id = text.Id, Name = "a key", Hash = text.Hash(), Rights = RightNames.OfEarlierVersions, Limits = new KeyLimits { Lanes = [Mail.Lane.Transactional] }, CreatedAt = _clock.GetUtcNow() };

    private Task<(ApiKeys Keys, ApiKeyAdministration Desk, StorageClients Storage)> OpenAsync() => OpenAsync(azurite.TakeAccount());

    private async Task<(ApiKeys Keys, ApiKeyAdministration Desk, StorageClients Storage)> OpenAsync(string account)
    {
        var storage = TestStorage.Open(account);
        var table = new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance);
        await table.CreateAsync(Cancellation);
        await storage.Table(StorageNames.AuditTable).CreateIfNotExistsAsync(Cancellation);
        return (new ApiKeys(table, _clock), Desk(storage, _clock), storage);
    }

    internal static ApiKeyAdministration Desk(StorageClients storage, TimeProvider clock) => new(
        new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance),
        new AuditTrail(new AuditTable(storage, NullLogger<AuditTable>.Instance), new RefusedTries(clock), clock, NullLogger<AuditTrail>.Instance),
        clock);

    private static string IdOf(string key) => key.Split('_')[1];
}
