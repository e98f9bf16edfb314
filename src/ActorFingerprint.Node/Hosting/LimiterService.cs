using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The limiter of a node: its region over the node's journal, and its secrets in the node folder.</summary>
public sealed class LimiterService : IAsyncDisposable
{
    private readonly Lock _rotating = new();
    private readonly LimiterSecretFiles _secrets;
    private readonly TimeProvider _time;

    private LimiterService(LimiterRegion region, LimiterSecretFiles secrets, TimeProvider time) =>
        (Region, _secrets, _time) = (region, secrets, time);

    /// <summary>Decides.</summary>
    public LimiterRegion Region { get; }

    /// <summary>Starts the limiter; null when it is off. Makes the secrets at the first start.</summary>
    /// <exception cref="InvalidDataException">A secret is damaged.</exception>
    public static LimiterService? Start<TJournal>(ActorFingerprintOptions options, TJournal journal, TimeProvider time)
        where TJournal : IJournal, ISnapshotStore
    {
        if (!options.Limiter.Enabled) return null;
        var limiter = options.Limiter;
        var secrets = LimiterSecretFiles.OpenOrCreate(options.Node.Folder);
        var region = new LimiterRegion(journal, journal, secrets.Secrets, new LimiterRegionOptions
        {
            Shards = limiter.Shards,
            MailboxCapacity = limiter.MailboxCapacity,
            Deadline = limiter.Deadline,
            MaxEntities = limiter.MaxEntities,
            SnapshotEvery = limiter.SnapshotEvery,
            Environment = limiter.Environment,
            Owner = options.Node.Name,
        }, EngineScheduler.Default, time);
        return new(region, secrets, time);
    }

    /// <summary>Exchanges secrets, on disk first; false while a previous generation must still be kept (24 h).</summary>
    public bool TryRotate(SecretKinds kinds)
    {
        lock (_rotating)
        {
            if (!_secrets.TryRotate(kinds, _time.GetUtcNow().ToUnixTimeSeconds())) return false;
            Region.Use(_secrets.Secrets);
            return true;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Region.DisposeAsync();
}
