using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The limiter of a node: its region over the node's journal, its secrets, and what it tells operators.</summary>
public sealed class LimiterService : IAsyncDisposable
{
    private readonly Lock _rotating = new();
    private readonly LimiterSecretFiles? _files;
    private readonly TimeProvider _time;
    private readonly LimiterWatch _watch;

    private LimiterService(LimiterRegion region, LimiterSecretFiles? files, TimeProvider time, ILogger log)
    {
        (Region, _files, _time) = (region, files, time);
        _watch = new(region, time, log);
        _watch.Noticed += notice => Noticed?.Invoke(notice);
        _watch.Start();
    }

    /// <summary>Decides.</summary>
    public LimiterRegion Region { get; }

    /// <summary>Takes what the limiter did, one notice after the other; must return at once.</summary>
    public event Action<LimiterNotice>? Noticed;

    /// <summary>False when the secrets come from the configuration, and are exchanged there.</summary>
    public bool KeepsSecrets => _files is not null;

    /// <summary>When the secrets may be exchanged again; null when they may be now.</summary>
    public DateTimeOffset? NextRotation =>
        Region.Secrets.RotatedAt is { } at && DateTimeOffset.FromUnixTimeSeconds(at + LimiterSecrets.KeepPreviousSeconds) is var next
            && next > _time.GetUtcNow()
            ? next
            : null;

    /// <summary>
    /// Starts the limiter; null when it is off. Unless the configuration gives the secrets, makes them at the first start.
    /// </summary>
    /// <exception cref="InvalidDataException">A secret is damaged.</exception>
    public static LimiterService? Start<TJournal>(
        ActorFingerprintOptions options, TJournal journal, TimeProvider time, ILogger? log = null)
        where TJournal : IJournal, ISnapshotStore => Start(options, journal, journal, time, log);

    /// <inheritdoc cref="Start{TJournal}"/>
    public static LimiterService? Start(
        ActorFingerprintOptions options, IJournal journal, ISnapshotStore snapshots, TimeProvider time, ILogger? log = null,
        LimiterCluster? cluster = null)
    {
        if (!options.Limiter.Enabled) return null;
        var limiter = options.Limiter;
        var files = limiter.Secrets.AreGiven ? null : LimiterSecretFiles.OpenOrCreate(options.Node.Folder);
        var secrets = files?.Secrets ?? limiter.Secrets.ToSecrets(time.GetUtcNow().ToUnixTimeSeconds());
        var region = new LimiterRegion(journal, snapshots, secrets, new LimiterRegionOptions
        {
            Shards = limiter.Shards,
            MailboxCapacity = limiter.MailboxCapacity,
            Deadline = limiter.Deadline,
            MaxEntities = limiter.MaxEntities,
            SnapshotEvery = limiter.SnapshotEvery,
            Environment = limiter.Environment,
            Policies = limiter.ToRegistry(),
            Profile = limiter.ToProfile(),
            Owner = options.Node.Name,
        }, EngineScheduler.Default, time, cluster);
        return new(region, files, time, log ?? NullLogger.Instance);
    }

    /// <summary>
    /// Exchanges secrets, on disk first; false while a previous generation must still be kept (24 h), and when the configuration gives
    /// them.
    /// </summary>
    public bool TryRotate(SecretKinds kinds)
    {
        lock (_rotating)
        {
            if (_files is null || !_files.TryRotate(kinds, _time.GetUtcNow().ToUnixTimeSeconds())) return false;
            Region.Use(_files.Secrets);
            return true;
        }
    }

    /// <summary>Takes what no rule needs any more out of the journal; storage that refuses is asked again at the next sweep.</summary>
    public async Task SweepAsync(CancellationToken stop)
    {
        try
        {
            await Region.SweepAsync(stop);
        }
        catch (JournalUnavailableException)
        {
            // the region says why it is not ready
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await Region.DisposeAsync();
    }
}
