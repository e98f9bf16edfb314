using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Tests.Persistence;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>An erased device is in no file of the store, and nothing brings it back.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class EraseSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Store => _folder.At("store");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Forgotten_offline_a_device_is_in_no_file(bool isRouter)
    {
        await Actorfp.RunAsync(["scan", HomeCaptures.WriteDay(_folder.Path), "--store", Store, "--format", "json", .. Actorfp.SmallSteps]);
        Assert.True(StoreFacts.Count(Store, RunManifests.Progressed) > 3, "there are too few checkpoints");
        var victim = Victim(isRouter);
        var before = Others(victim);
        Assert.All(victim.Secrets, secret => Assert.NotEmpty(FilesWith(secret)));

        await Actorfp.RunAsync("devices", "forget", victim.Mac, "--offline", "--yes", "--folder", Store);
        await AssertGoneAsync(victim, before);
    }

    [Fact]
    public async Task While_a_reader_keeps_the_old_bytes_the_command_says_so_and_the_next_one_is_rid_of_them()
    {
        await Actorfp.RunAsync(["scan", HomeCaptures.WriteDay(_folder.Path), "--store", Store, .. Actorfp.SmallSteps]);
        var (first, second) = (Victim(isRouter: false), Victim(isRouter: true));
        using (var reader = new SqliteConnection($"Data Source={Path.Combine(Store, "journal.db")};Mode=ReadOnly;Pooling=False"))
        {
            reader.Open();
            using var held = reader.BeginTransaction(deferred: true);
            using var command = new SqliteCommand("SELECT count(*) FROM journal", reader, held);
            command.ExecuteScalar();
            using var forget = Actorfp.Start("devices", "forget", first.Mac, "--offline", "--yes", "--folder", Store);
            Assert.Equal(0, await forget.WhenExitedAsync());
            Assert.Contains("a reader keeps an old copy of erased data open", forget.Errors, StringComparison.Ordinal);
        }
        using var next = Actorfp.Start("devices", "forget", second.Mac, "--offline", "--yes", "--folder", Store);
        Assert.Equal(0, await next.WhenExitedAsync());
        Assert.DoesNotContain("a reader", next.Errors, StringComparison.Ordinal);
        Assert.All(first.Traces.Concat(second.Traces), trace => Assert.Empty(FilesWith(trace)));
    }

    [Fact]
    public async Task Forgotten_by_the_running_node_a_device_is_in_no_file_and_does_not_come_back_with_the_next_start()
    {
        string[] run = ["run", HomeCaptures.WriteDay(_folder.Path), "--folder", Store, "--port", "0", .. Actorfp.SmallSteps];
        Victim victim;
        List<string> before;
        using (var node = Actorfp.Start(run))
        {
            using var client = new HttpClient { BaseAddress = await node.AddressAsync() };
            while (!node.Output.Contains("The API is at", StringComparison.Ordinal))
            {
                Assert.False(node.HasExited, node.Errors);
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            victim = Victim(isRouter: false);
            before = Others(victim);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token());
            var reply = await client.DeleteAsync($"api/devices/{victim.Mac}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
            Assert.All(victim.Traces, trace => Assert.Empty(FilesWith(trace)));
            reply = await client.GetAsync($"api/devices/{victim.Mac}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
            Assert.Equal(0, await node.TerminateAsync());
        }
        await AssertGoneAsync(victim, before);
    }

    public void Dispose() => _folder.Dispose();

    private async Task AssertGoneAsync(Victim victim, List<string> before)
    {
        Assert.All(victim.Traces, trace => Assert.Empty(FilesWith(trace)));
        await Actorfp.RunAsync("journal", "verify", "--folder", Store);
        var live = DatabaseDump.Of(Path.Combine(Store, "projections.db"));
        Assert.Equal(before, Others(victim));
        await Actorfp.RunAsync("journal", "replay", "--rebuild", "--folder", Store);
        Assert.Equal(live, DatabaseDump.Of(Path.Combine(Store, "projections.db")));
        Assert.DoesNotContain(victim.Mac, await Actorfp.RunAsync("journal", "replay", "--as-of", "2030-01-01T00:00:00Z", "--json", "--folder", Store),
            StringComparison.OrdinalIgnoreCase);
        Assert.All(victim.Traces, trace => Assert.Empty(FilesWith(trace)));
    }

    /// <summary>What the store says of all other devices: events, counters, rows; the router they were seen through apart.</summary>
    private List<string> Others(Victim victim)
    {
        var facts = StoreFacts.Of(Store);
        string[] named = ["devices: ", "device_fingerprints: ", "dhcp_fingerprints: ", "tls_fingerprints: ", "device_addresses: ", "device_host_names: ", "fingerprint_device_status: "];
        return
        [
            .. facts.Events.Where(line => !line.StartsWith(victim.Id, StringComparison.Ordinal) && !line.Contains(DeviceManifests.FirstSeen, StringComparison.Ordinal)),
            .. facts.Counters.Where(line => !line.StartsWith(victim.Id, StringComparison.Ordinal)),
            .. facts.Projections
                .Where(line => named.Any(table => line.StartsWith(table + "ip:", StringComparison.Ordinal) || line.StartsWith(table + "mac:", StringComparison.Ordinal)))
                .Where(line => !line.Contains($": mac:{victim.Mac}|", StringComparison.Ordinal))
                .Select(line => line.Replace($"|{victim.Mac}|", "|NULL|", StringComparison.Ordinal)),
        ];
    }

    /// <summary>A device with a host name and with server names that no other device asked for; or the router with devices behind it.</summary>
    private Victim Victim(bool isRouter)
    {
        var projections = Path.Combine(Store, "projections.db");
        var names = new Dictionary<string, HashSet<string>>();
        foreach (var hex in DatabaseDump.Rows(Path.Combine(Store, "journal.db"), $"SELECT message FROM journal WHERE manifest = '{ShardRow.Manifest}'"))
            foreach (var delta in ShardRowCodec.Decode(ShardRow.Manifest, Convert.FromHexString(hex)).Deltas)
                foreach (var sni in delta.Sni)
                {
                    if (!names.TryGetValue(sni.Text, out var users)) names[sni.Text] = users = [];
                    users.Add(delta.PersistenceId);
                }
        var devices = DatabaseDump.Rows(projections, string.Create(CultureInfo.InvariantCulture, $"""
            SELECT d.persistence_id, d.mac, (SELECT name FROM device_host_names h WHERE h.device_id = d.device_id) FROM devices d
            WHERE d.mac IS NOT NULL AND d.is_router = {(isRouter ? 1 : 0)} ORDER BY d.device_key
            """)).Select(row => row.Split('|'));
        foreach (var device in devices)
        {
            string[] own = [.. names.Where(name => name.Value.Count == 1 && name.Value.Contains(device[0])).Select(name => name.Key)];
            if (isRouter) return new Victim(device[0], device[1], [device[1]]);
            if (own.Length > 0 && device[2] != "NULL") return new Victim(device[0], device[1], [device[1], device[2], .. own]);
        }
        throw new InvalidOperationException("the capture has no such device");
    }

    private string Token() => File.ReadLines(Path.Combine(Store, "token")).Single(line => line.StartsWith("admin ", StringComparison.Ordinal))["admin ".Length..];

    private List<string> FilesWith(string text) => FilesWith(Encoding.UTF8.GetBytes(text));

    private List<string> FilesWith(byte[] trace)
    {
        var found = new List<string>();
        foreach (var path in Directory.GetFiles(Store, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "journal.lock"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            if (bytes.AsSpan().IndexOf(trace) >= 0) found.Add(Path.GetFileName(path));
        }
        return found;
    }
}

/// <summary>A device to be erased, and what only it has.</summary>
internal sealed record Victim(string Id, string Mac, IReadOnlyList<string> Secrets)
{
    /// <summary>Its secrets, and its address in every spelling, as bytes.</summary>
    public IReadOnlyList<byte[]> Traces
    {
        get
        {
            var hex = Mac.Replace(":", "", StringComparison.Ordinal);
            IEnumerable<string> spellings = [Mac, Mac.Replace(':', '-'), hex];
            var texts = Secrets.Concat(spellings).SelectMany(text => new[] { text, text.ToUpperInvariant(), text.ToLowerInvariant() }).Distinct();
            return [.. texts.Select(Encoding.UTF8.GetBytes), Convert.FromHexString(hex)];
        }
    }
}
