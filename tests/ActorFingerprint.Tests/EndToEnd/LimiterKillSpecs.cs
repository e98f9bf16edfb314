using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>
/// SIGKILL under a load of failures, again and again on one store: every score, budget and block that a caller was told of holds after the
/// start that follows.
/// </summary>
[Collection(EndToEndCollection.Name)]
public sealed class LimiterKillSpecs : IDisposable
{
    private const int Rounds = 20, Callers = 12, Batch = 50, CheckedEachRound = 250;
    private static readonly TimeSpan Load = TimeSpan.FromMilliseconds(450);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<int, Acknowledged> _told = new();
    private int _next;

    /// <summary>What callers were told of one account: failures that counted, and the block of the last answer.</summary>
    private sealed record Acknowledged(int Failures, int Level, DateTimeOffset Until);

    [Fact]
    public async Task Whatever_was_acknowledged_before_a_kill_holds_after_it()
    {
        var (decisions, seconds, checks) = (0L, 0.0, 0);
        for (var round = 1; round <= Rounds; round++)
        {
            using var node = Actorfp.Start(
                "run", "--folder", _folder.Path, "--port", "0", "--set", "limiter.enabled=true", "--set", "limiter.snapshot-every=2");
            using var client = await ClientAsync(node);
            checks += await CheckAsync(client, round);
            var (clock, known) = (Stopwatch.StartNew(), _told.Count);
            using var killed = new CancellationTokenSource();
            var callers = Enumerable.Range(0, Callers).Select(_ => FailAsync(client, killed.Token)).ToArray();
            while (!killed.IsCancellationRequested && _told.Count == known) await Task.Delay(5, TestContext.Current.CancellationToken);
            await Task.Delay(Load, TestContext.Current.CancellationToken);
            Assert.True(await node.KillAsync(), node.Errors);
            seconds += clock.Elapsed.TotalSeconds;
            await killed.CancelAsync();
            foreach (var caller in callers) decisions += await caller;
        }
        using var last = Actorfp.Start("run", "--folder", _folder.Path, "--port", "0", "--set", "limiter.enabled=true");
        using var reader = await ClientAsync(last);
        checks += await CheckAsync(reader, Rounds + 1);
        Assert.Equal(0, await last.TerminateAsync());
        await Actorfp.RunAsync("journal", "verify", "--folder", _folder.Path);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Rounds} kills, {decisions / seconds:N0} acknowledged failures/s, {checks} accounts checked"));
        Assert.True(decisions > Rounds * 50, $"only {decisions} failures were acknowledged");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Fails for new accounts, three times each, until the node is gone; notes what it was told.</summary>
    private async Task<long> FailAsync(HttpClient client, CancellationToken killed)
    {
        long answered = 0;
        try
        {
            while (!killed.IsCancellationRequested)
            {
                var accounts = Enumerable.Range(0, Batch).Select(_ => Interlocked.Increment(ref _next)).ToArray();
                for (var failure = 1; failure <= 3; failure++)
                {
                    var results = await AskAsync(client, accounts);
                    for (var i = 0; i < accounts.Length; i++) Note(accounts[i], failure, results[i]);
                    answered += accounts.Length;
                }
            }
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // the node is gone: what was under way was not acknowledged
        }
        return answered;
    }

    private void Note(int account, int failure, JsonElement result)
    {
        Assert.Equal("NORMAL", result.GetProperty("mode").GetString());
        var level = result.GetProperty("level").GetInt32();
        _told[account] = new(failure, level, DateTimeOffset.UtcNow.AddSeconds(result.GetProperty("retryAfter").GetInt64()));
    }

    private static async Task<JsonElement[]> AskAsync(HttpClient client, int[] accounts)
    {
        var batch = new
        {
            requests = accounts.Select(n => new
            {
                command = "failure",
                policy = "login",
                ip = Address(n),
                userAgent = Agent,
                accountId = $"account-{n}",
                sessionDeviceId = $"device-{n}",
            }),
        };
        using var response = await client.PostAsJsonAsync("api/limits/decide", batch);
        response.EnsureSuccessStatusCode();
        return [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results").EnumerateArray()];
    }

    /// <summary>The newest accounts, which a kill could have torn, and some of long ago.</summary>
    private async Task<int> CheckAsync(HttpClient client, int round)
    {
        var random = new Random(round);
        var newest = _told.Keys.OrderDescending().Take(CheckedEachRound * 4 / 5);
        var older = Enumerable.Range(0, _told.IsEmpty ? 0 : CheckedEachRound / 5).Select(_ => random.Next(1, _next + 1));
        var accounts = newest.Concat(older).Where(_told.ContainsKey).Distinct().ToArray();
        await Parallel.ForEachAsync(accounts, async (account, stop) => await CheckAsync(client, round, account, stop));
        return accounts.Length;
    }

    private async Task CheckAsync(HttpClient client, int round, int account, CancellationToken stop)
    {
        var told = _told[account];
        var context = $"policy=login&ip={Address(account)}&userAgent={Uri.EscapeDataString(Agent)}&accountId=account-{account}&sessionDeviceId=device-{account}";
        var state = await client.GetFromJsonAsync<JsonElement>($"api/limits/state?{context}", stop);
        var (k4, budget) = (state.GetProperty("k4"), state.GetProperty("budgetCount").GetInt32());
        Assert.True(budget >= told.Failures, $"round {round}: account {account} had {told.Failures} failures, has {budget}");
        Assert.True(
            k4.GetProperty("score").GetInt64() >= 3 * told.Failures - 1, // a point decays in ten minutes
            $"round {round}: account {account} had {3 * told.Failures} points, has {k4.GetProperty("score")}");
        if (told.Until < DateTimeOffset.UtcNow.AddSeconds(2)) return; // the block ends about now
        Assert.True(
            k4.GetProperty("level").GetInt32() >= told.Level, $"round {round}: account {account} lost L{told.Level}: {k4}");
    }

    private async Task<HttpClient> ClientAsync(Actorfp node)
    {
        var address = await node.AddressAsync();
        var token = File.ReadLines(Path.Combine(_folder.Path, "token")).Single(line => line.StartsWith("admin ", StringComparison.Ordinal))[6..];
        var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private const string Agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0 Safari/537.36";

    private static string Address(int account) =>
        string.Create(CultureInfo.InvariantCulture, $"10.{account >> 16 & 255}.{account >> 8 & 255}.{account & 255}");
}
