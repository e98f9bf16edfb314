using System.Globalization;
using System.Text.Json;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>How long shards of a killed node were without an owner.</summary>
/// <param name="Cluster">The cluster.</param>
internal sealed class Takeovers(TestCluster cluster)
{
    private const string Region = "device";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly List<(int Shard, long ClaimedMs, double Since)> _claims = [];

    /// <summary>Seconds from a kill to the claim of a next epoch, for each shard.</summary>
    public List<double> Claimed { get; } = [];

    /// <summary>Seconds from a kill until another node heard of the next owner, for each shard.</summary>
    public List<double> Announced { get; } = [];

    /// <summary>The shards of a node as another one knows them, with their epochs.</summary>
    public static async Task<Dictionary<int, long>> ShardsOfAsync(string owner, TestNode witness, CancellationToken stop) =>
        (await PlacesAsync(witness, stop)).Where(place => place.Owner?.EndsWith($"@{owner}", StringComparison.Ordinal) == true).ToDictionary(place => place.Shard, place => place.Epoch);

    /// <summary>
    /// Watches shards that a kill has left alone until all have a next owner, or the time is over; how many have none then.
    /// </summary>
    public async Task<int> WatchAsync(Dictionary<int, long> shards, DateTime killed, Func<TestNode?> witness, TimeSpan longest, CancellationToken stop)
    {
        var (unclaimed, unannounced) = (new Dictionary<int, long>(shards), new Dictionary<int, long>(shards));
        while ((unclaimed.Count > 0 || unannounced.Count > 0) && DateTime.UtcNow - killed < longest)
        {
            foreach (var (shard, epoch) in await cluster.EpochsAsync(Region, stop))
            {
                if (!unclaimed.TryGetValue(shard, out var before) || epoch <= before) continue;
                unclaimed.Remove(shard);
                var now = DateTime.UtcNow;
                Claimed.Add((now - killed).TotalSeconds);
                _claims.Add((shard, new DateTimeOffset(now).ToUnixTimeMilliseconds(), (now - killed).TotalSeconds));
            }
            if (witness() is { } node)
            {
                try
                {
                    foreach (var place in await PlacesAsync(node, stop))
                    {
                        if (place.Owner is null || !unannounced.TryGetValue(place.Shard, out var before) || place.Epoch <= before) continue;
                        unannounced.Remove(place.Shard);
                        Announced.Add((DateTime.UtcNow - killed).TotalSeconds);
                    }
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    // it was killed meanwhile
                }
            }
            await Task.Delay(Tick, stop);
        }
        return unclaimed.Count + unannounced.Count;
    }

    /// <summary>Seconds from a kill to the first commit of the next owner, for each shard that had one within a minute.</summary>
    public async Task<List<double>> CommittedAsync(CancellationToken stop)
    {
        var times = new List<double>();
        foreach (var (shard, claimed, since) in _claims)
        {
            await using var command = cluster.Store.CreateCommand("SELECT min(created) FROM journal WHERE persistence_id = $1 AND created BETWEEN $2 AND $3");
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"shard-device-{shard}"));
            command.Parameters.AddWithValue(claimed);
            command.Parameters.AddWithValue(claimed + 60_000);
            if (await command.ExecuteScalarAsync(stop) is long first) times.Add(since + (first - claimed) / 1000.0);
        }
        return times;
    }

    /// <summary>A distribution in one line.</summary>
    public static string Distribution(List<double> seconds)
    {
        if (seconds.Count == 0) return "none";
        var sorted = seconds.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture,
            $"{sorted.Length} shards: least {sorted[0]:F2} s, median {At(0.5):F2} s, p90 {At(0.9):F2} s, p99 {At(0.99):F2} s, most {sorted[^1]:F2} s");

        double At(double part) => sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];
    }

    private static async Task<List<(int Shard, long Epoch, string? Owner)>> PlacesAsync(TestNode witness, CancellationToken stop) =>
    [
        .. (await witness.GetAsync($"cluster/shards/{Region}", stop)).GetProperty("regions").EnumerateArray().Select(shard => (
            int.Parse(shard.GetProperty("shardId").GetString()!, CultureInfo.InvariantCulture), shard.GetProperty("epoch").GetInt64(),
            shard.GetProperty("owner").ValueKind == JsonValueKind.String ? shard.GetProperty("owner").GetString() : null)),
    ];
}
