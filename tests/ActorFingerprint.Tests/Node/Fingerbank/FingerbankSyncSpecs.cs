using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Fingerbank;
using ActorFingerprint.Persistence.Fingerbank;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Core.Identification.Api;
using ActorFingerprint.Tests.Engine;
using Xunit;

namespace ActorFingerprint.Tests.Node.Fingerbank;

/// <summary>Plan, client and cache together against a server that misbehaves; the clock moves only when told to.</summary>
public sealed class FingerbankSyncSpecs : IAsyncLifetime
{
    private const string Key = "secret0123456789abcdefSECRET";
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LoopbackApi _api = new();
    private readonly LogSink _log = new();
    private FingerbankCache _cache = null!;
    private FingerbankClient _client = null!;
    private FingerbankSync _sync = null!;
    private List<(ApiQuestion, SyncPriority)> _missing = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new FingerbankOptions { Enabled = true, ApiKey = Key, Address = _api.Address, Timeout = TimeSpan.FromSeconds(5) };
        _client = new FingerbankClient(options, ApiKey.Load(options), TimeProvider.System);
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _sync.Dispose();
        await _cache.DisposeAsync();
        _client.Dispose();
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Answers_and_404_are_kept_and_errors_are_not()
    {
        (int, string)[] replies = [(200, """{"device_name":"A/B","score":60}"""), (404, ""), (429, ""), (500, ""), (200, "junk"), (401, "")];
        foreach (var (number, (status, body)) in replies.Index())
        {
            _api.Always(status, body);
            _sync.Enqueue(ApiSamples.Question(number), SyncPriority.New);
            await StepAsync();
            _time.Advance(TimeSpan.FromDays(1)); // past any hold
        }
        await StepAsync();
        Assert.Equal(["B", "404"], Kept(0, 1));
        Assert.Equal([null, null, null, null], Kept(2, 3, 4, 5));
    }

    [Fact]
    public async Task A_limit_that_the_server_states_stops_the_batch_at_once_and_its_wait_is_kept_to()
    {
        for (var n = 0; n < 10; n++) _sync.Enqueue(ApiSamples.Question(n), SyncPriority.New);
        _api.Answer = (number, stream, stop) => stream.WriteAsync(LoopbackApi.Reply(number == 2 ? 429 : 404, "", "Retry-After: 600"), stop).AsTask();
        await StepAsync();
        Assert.Equal(3, _api.Requests.Count);
        _time.Advance(TimeSpan.FromSeconds(599));
        await StepAsync();
        Assert.Equal(3, _api.Requests.Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        await StepAsync(); // one to try
        Assert.Equal(4, _api.Requests.Count);
        _time.Advance(TimeSpan.FromSeconds(5));
        await StepAsync();
        Assert.Equal(11, _api.Requests.Count); // ten devices, one of them twice
        Assert.Contains(_log.Lines, line => line.Contains("nothing is asked before", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_batch_costs_is_on_disk_before_it_leaves_and_holds_after_a_restart()
    {
        var during = 0;
        _api.Answer = async (_, stream, stop) =>
        {
            during = FingerbankInfo.Read(StoreFolder.Of(_folder.Path), _time).Requests.Hour;
            await stream.WriteAsync(LoopbackApi.Reply(404, ""), stop);
        };
        for (var n = 0; n < 10; n++) _sync.Enqueue(ApiSamples.Question(n), SyncPriority.New);
        await StepAsync();
        Assert.Equal(10, during);
        await _cache.DisposeAsync();
        _sync.Dispose();
        await OpenAsync();
        Assert.Equal(10, _sync.State.Quota.Hour.Used(_time.GetUtcNow().UtcTicks));
    }

    [Fact]
    public async Task Who_asks_gets_the_answer_of_the_next_batch_and_a_kept_one_at_once()
    {
        _api.Always(200, """{"device_name":"A/B","score":60}""");
        var asked = _sync.AskAsync(ApiSamples.Question(1), Stop);
        Assert.False(asked.IsCompleted);
        await StepAsync();
        Assert.Equal("B", (await asked).Device?.Name);
        Assert.True(_sync.AskAsync(ApiSamples.Question(1), Stop).IsCompletedSuccessfully);
        Assert.Single(_api.Requests);
    }

    [Fact]
    public async Task Who_gives_up_waiting_is_let_go_and_a_refused_question_is_told()
    {
        using var stop = new CancellationTokenSource();
        var asked = _sync.AskAsync(ApiSamples.Question(1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        _api.Always(400, "");
        asked = _sync.AskAsync(ApiSamples.Question(2), Stop);
        await StepAsync();
        Assert.Equal(InterrogationOutcome.QuestionRefused, (await asked).Outcome);
    }

    [Fact]
    public async Task A_first_start_gathers_what_lacks_an_answer()
    {
        await _cache.DisposeAsync();
        _sync.Dispose();
        _time.Advance(TimeSpan.FromHours(25));
        _missing = [(ApiSamples.Question(7), SyncPriority.New), (FingerbankSeed.Entries[0].Question, SyncPriority.Preload)];
        await OpenAsync();
        await StepAsync();
        Assert.Equal("""{"mac":"00:1E:C2:00:00:07","dhcp_fingerprint":"1,3,6"}""", _api.Requests.First().Body);
        Assert.Equal($$"""{"dhcp_fingerprint":"{{FingerbankSeed.Entries[0].Question.DhcpFingerprint}}"}""", _api.Requests.Last().Body);
        Assert.Equal((_time.GetUtcNow() - SyncPlan.BatchGap).UtcTicks, _cache.LastSyncTicks);
    }

    [Fact]
    public async Task An_answer_about_a_device_that_was_erased_meanwhile_is_not_kept()
    {
        _api.Answer = async (_, stream, stop) =>
        {
            await _sync.ForgetAsync(ApiSamples.Mac(1), stop);
            await stream.WriteAsync(LoopbackApi.Reply(200, """{"device_name":"A/B","score":60}"""), stop);
        };
        _sync.Enqueue(ApiSamples.Question(1), SyncPriority.New);
        await StepAsync();
        Assert.Single(_api.Requests);
        Assert.Equal([null], Kept(1));
    }

    [Fact]
    public async Task The_key_is_in_no_log_line_whatever_happens()
    {
        Func<int, System.Net.Sockets.NetworkStream, CancellationToken, Task>[] answers =
        [
            (_, stream, stop) => stream.WriteAsync(LoopbackApi.Reply(200, """{"device_name":"A"}"""), stop).AsTask(),
            (_, stream, stop) => stream.WriteAsync(LoopbackApi.Reply(401, $"bad key {Key}", $"X-Key: {Key}"), stop).AsTask(),
            (_, stream, stop) => stream.WriteAsync(LoopbackApi.Reply(302, "", $"Location: http://127.0.0.1/?key={Key}"), stop).AsTask(),
            (_, stream, stop) => stream.WriteAsync(LoopbackApi.Reply(500, Key), stop).AsTask(),
            (_, stream, stop) => stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{Key}\r\n\r\n"), stop).AsTask(),
            (_, _, _) => throw new EndOfAnswerException(),
        ];
        foreach (var (number, answer) in answers.Index())
        {
            _api.Answer = answer;
            _sync.Enqueue(ApiSamples.Question(number), SyncPriority.Asked);
            await StepAsync();
            _time.Advance(TimeSpan.FromDays(2));
        }
        Assert.True(_api.Requests.Count >= answers.Length);
        Assert.NotEmpty(_log.Lines);
        Assert.DoesNotContain(_log.Lines, line => line.Contains(Key, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => Holds(file, Key));
    }

    private static bool Holds(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private List<string?> Kept(params int[] numbers) =>
        [.. numbers.Select(n => _cache.Find(ApiSamples.Mac(n), ApiSamples.Question(n).SignalHash) is { } answer ? answer.Device?.Name ?? "404" : null)];

    private Task StepAsync() => _sync.StepAsync(Stop);

    private async Task OpenAsync()
    {
        _cache = await FingerbankCache.OpenAsync(StoreFolder.Of(_folder.Path), TimeSpan.FromDays(30), _time);
        _sync = new FingerbankSync(_cache, _client.AskAsync, () => SyncConditions.Good, QuotaLimits.Default, _ => _missing.ToAsyncEnumerable(), _time, _log);
        await _sync.StartAsync(Stop);
        _time.Advance(SyncPlan.BatchGap); // no batch right after a start: the last one may have been sent just before
    }
}
