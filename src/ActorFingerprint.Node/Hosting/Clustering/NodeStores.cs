using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Persistence.Store;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// Where a node keeps what: alone everything in one store; in a cluster the shared store, a local one for the log of its own runs, and its seat.
/// </summary>
/// <param name="Store">Events and read side; of a sensor alone, the log of its runs.</param>
/// <param name="Runs">The log of the runs of a node that has other roles, too; null when it is in <paramref name="Store"/>.</param>
/// <param name="Seat">The part in the cluster; null when the node runs alone.</param>
/// <param name="Roles">The roles.</param>
internal sealed record NodeStores(IEventStore Store, IEventStore? Runs, ClusterSeat? Seat, ClusterOptions Roles) : IAsyncDisposable
{
    /// <summary>Longest name of a source, bytes: with the number of a run behind it, it goes into every batch.</summary>
    private const int MaxSourceName = 200;

    /// <summary>The store belongs to all nodes.</summary>
    public bool IsShared => Seat is not null && Roles.NeedsStore;

    /// <summary>The node reads sources and does nothing else.</summary>
    public bool IsSensorAlone => Seat is not null && !Roles.NeedsStore;

    /// <summary>What the engine of a cluster's node has besides.</summary>
    public EngineSharing? Sharing => Seat is null ? null : new EngineSharing(Seat.Transport, (Runs ?? Store).Journal, Seat.Asks);

    /// <summary>What the limiter of a cluster's node has besides.</summary>
    public LimiterCluster? LimiterSharing => IsShared ? new LimiterCluster(Seat!.Asks, Guid.NewGuid()) : null;

    /// <summary>
    /// Name of a node's source in the cluster; one that is too long is cut, and told apart by a hash of all of it.
    /// </summary>
    public static string SourceName(string node, string name)
    {
        var full = $"{node}/{name}";
        if (Encoding.UTF8.GetByteCount(full) <= MaxSourceName) return full;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
        return $"{node}/~{hash}";
    }

    /// <summary>Opens what the roles need. Throws <see cref="StoreException"/> with one line.</summary>
    public static async Task<NodeStores> OpenAsync(ActorFingerprintOptions options, ILogger log, TimeProvider time, CancellationToken stop)
    {
        var roles = options.Cluster;
        Action<string> warn = line => NodeLog.StoreWarning(log, line);
        if (!roles.Enabled) return new NodeStores(await Stores.OpenAsync(options, isShared: false, warn, time, stop), null, null, roles);
        Check(options);
        IEventStore? store = null;
        SqliteStore? runs = null;
        try
        {
            var local = new StoreOptions { Folder = roles.NeedsStore ? Path.Combine(options.Node.Folder, "runs") : options.Node.Folder, Time = time, Warn = warn };
            if (!roles.NeedsStore) store = await SqliteStore.OpenAsync(local);
            else
            {
                store = await Stores.OpenAsync(options, isShared: true, warn, time, stop);
                if (roles.IsSensor) runs = await SqliteStore.OpenAsync(local);
            }
            return new NodeStores(store, runs, OpenSeat(options, log, time), roles);
        }
        catch
        {
            if (runs is not null) await runs.DisposeAsync();
            if (store is not null) await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Seat is not null) await Seat.DisposeAsync();
        if (Runs is not null) await Runs.DisposeAsync();
        await Store.DisposeAsync();
    }

    private static ClusterSeat OpenSeat(ActorFingerprintOptions options, ILogger log, TimeProvider time)
    {
        try
        {
            return ClusterSeat.Open(options, log, time);
        }
        catch (IOException error)
        {
            throw new StoreException($"the spool cannot be used: {error.Message}", error);
        }
    }

    private static void Check(ActorFingerprintOptions options)
    {
        if (!options.Cluster.NeedsStore) return;
        if (options.Journal.Plugin != JournalPlugin.Postgresql)
            throw new StoreException("cluster.enabled needs a store that nodes can share: set journal.plugin = postgresql");
        if (options.Limiter.Enabled && !options.Limiter.Secrets.AreGiven)
            throw new StoreException(
                "the limiter's secrets must be the same on all nodes of a cluster: set limiter.secrets.outer and limiter.secrets.fingerprint "
                + "(openssl rand -hex 32 for each), or limiter.enabled = false");
    }
}
