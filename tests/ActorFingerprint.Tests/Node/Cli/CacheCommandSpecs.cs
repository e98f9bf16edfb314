using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Persistence.Fingerbank;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Core.Identification.Api;
using Xunit;

namespace ActorFingerprint.Tests.Node.Cli;

public sealed class CacheCommandSpecs : IDisposable
{
    private readonly CliHarness _cli = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Info_shows_what_is_kept_and_what_may_still_be_asked()
    {
        await FillAsync();
        Assert.Equal(0, await _cli.RunAsync("db", "cache", "info", "--folder", _cli.File("store")));
        Assert.Matches(@"answers about devices +2", _cli.Out);
        Assert.Matches(@"the API knows nothing +1", _cli.Out);
        Assert.Matches(@"asked in the last hour +12, 288 left", _cli.Out);
        Assert.Equal(0, await _cli.RunAsync("db", "cache", "info", "--json", "--folder", _cli.File("store")));
        Assert.Contains("\"requests\":{\"hour\":12,\"day\":12,\"month\":12}", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_asks_first_removes_and_is_in_the_audit_log()
    {
        await FillAsync();
        _cli.IsInteractive = true;
        _cli.Input = "no\n";
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("db", "cache", "clear", "--folder", _cli.File("store")));
        Assert.Equal(2, Info().Statistics.Answers);
        Assert.Equal(0, await _cli.RunAsync("db", "cache", "clear", "--yes", "--folder", _cli.File("store")));
        Assert.Equal((0, 12), ((int)Info().Statistics.Answers, Info().Requests.Hour));
        Assert.True(AuditLog.Verify(_cli.File("store/audit.log")).IsIntact);
        Assert.Contains("\"fingerbank\"", await File.ReadAllTextAsync(_cli.File("store/audit.log"), Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clear_is_refused_while_a_node_runs_on_the_store()
    {
        await FillAsync();
        using var node = StoreLock.Take(StoreFolder.Of(_cli.File("store")));
        Assert.Equal(ExitCodes.Store, await _cli.RunAsync("db", "cache", "clear", "--yes", "--folder", _cli.File("store")));
        Assert.Equal(2, Info().Statistics.Answers);
    }

    [Theory]
    [InlineData("info")]
    [InlineData("clear")]
    public async Task Without_a_cache_it_says_where_one_comes_from(string command)
    {
        Assert.Equal(ExitCodes.Store, await _cli.RunAsync("db", "cache", command, "--folder", _cli.File("store")));
        Assert.Contains("fingerbank.enabled", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_default_nothing_is_sent_and_the_command_says_so()
    {
        Assert.Equal(0, await _cli.RunAsync("config", "show", "--network"));
        Assert.Equal("Nothing is sent to other machines: no option that allows it is on.\n", _cli.Out);
        Assert.Equal(0, await _cli.RunAsync("config", "show", "--network", "--json"));
        Assert.Equal("[]", _cli.Out.Trim());
    }

    [Fact]
    public async Task Switched_on_it_prints_where_to_and_exactly_what_without_the_key()
    {
        string[] on = ["--set", "fingerbank.enabled=true", "--set", "fingerbank.api-key=abcdef0123456789", "--set", "fingerbank.fields=dhcp_fingerprint,dhcp_vendor"];
        Assert.Equal(0, await _cli.RunAsync(["config", "show", "--network", .. on]));
        Assert.Contains("POST https://api.fingerbank.org/api/v2/combinations/interrogate", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("""such as {"dhcp_fingerprint":"1,3,6,15,119,252","dhcp_vendor":"example 1.0"}""", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("mac:", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("user_agents", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdef0123456789", _cli.Out, StringComparison.Ordinal);
        foreach (var json in new[] { "--json", "--set=log.level=trace" })
        {
            Assert.Equal(0, await _cli.RunAsync(["config", "show", json, .. on]));
            Assert.Contains("(set)", _cli.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("abcdef0123456789", _cli.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Probing_is_printed_too_with_its_bytes_and_networks()
    {
        Assert.Equal(0, await _cli.RunAsync(
            "config", "show", "--network", "--set", "probing.ja3s=true", "--set", "probing.upnp=true", "--set", "capture.local-networks=203.0.113.0/24"));
        Assert.Contains("JA3S (probing.ja3s = true)\n  to devices of the local networks: private addresses, 203.0.113.0/24", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("16030100b3010000af0303", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("UPnP descriptions (probing.upnp = true)", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Fingerbank", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fingerbank.enabled=true", "needs a key")]
    [InlineData("fingerbank.address=http://api.fingerbank.org/x", "write an https:// address")]
    [InlineData("fingerbank.address=https://user:password@api.fingerbank.org/x", "write an https:// address")]
    [InlineData("fingerbank.fields=mac,hostname", "'hostname' cannot be sent: choose of mac, dhcp_fingerprint")]
    [InlineData("fingerbank.fields=mac", "name something besides mac")]
    public async Task A_configuration_that_would_do_harm_or_nothing_is_refused(string setting, string problem)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("config", "check", "--set", setting));
        Assert.Contains(problem, _cli.Error, StringComparison.Ordinal);
    }

    private FingerbankInfo Info() => FingerbankInfo.Read(StoreFolder.Of(_cli.File("store")), TimeProvider.System);

    private async Task FillAsync()
    {
        await using var cache = await FingerbankCache.OpenAsync(StoreFolder.Of(_cli.File("store")), TimeSpan.FromDays(30), TimeProvider.System);
        await cache.PutAsync(ApiSamples.Question(1), ApiSamples.Phone, Stop);
        await cache.PutAsync(ApiSamples.Question(2), null, Stop);
        await cache.SaveQuotaAsync(RequestQuota.Unused.Add(12, DateTime.UtcNow.Ticks), Stop);
    }
}
