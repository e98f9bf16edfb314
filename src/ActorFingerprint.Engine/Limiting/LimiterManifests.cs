using System.Buffers;
using System.Globalization;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Stored names of the limiter. A manifest means one JSON shape for ever; a new shape is a new manifest.</summary>
public static class LimiterManifests
{
    /// <summary>Name of the region in fences.</summary>
    public const string Region = "limiter";

    /// <summary>What every persistence id begins with.</summary>
    public const string PersistencePrefix = "limiter-";

    /// <summary>What every manifest begins with.</summary>
    public const string Prefix = "limiter.";

    /// <summary>An entity's durable state at one time.</summary>
    public const string Snapshot = "limiter.snapshot.v1";

    /// <summary>Several events of one entity, committed together: they are one row of the journal.</summary>
    public const string Several = "limiter.several.v1";

    /// <summary>The windows of a shard, left for its next owner.</summary>
    public const string Windows = "limiter.windows.v1";

    /// <summary><c>limiter-windows-&lt;shard&gt;</c>: no entity, and has no events.</summary>
    public static string WindowsIdOf(int shard) => string.Create(CultureInfo.InvariantCulture, $"{PersistencePrefix}windows-{shard}");

    /// <summary><c>limiter-&lt;kind&gt;-&lt;64 hex digits&gt;</c>, stable for ever.</summary>
    public static string PersistenceIdOf(EntityKind kind, LimiterKey key) => kind switch
    {
        EntityKind.Account => $"limiter-account-{key}",
        EntityKind.Address => $"limiter-address-{key}",
        EntityKind.Dilution => $"limiter-dilution-{key}",
        EntityKind.MacroScope => $"limiter-macro-{key}",
        _ => $"limiter-throttle-{key}",
    };

    /// <summary>Reads a persistence id back; false when it is no limiter's.</summary>
    public static bool TryParse(string persistenceId, out EntityKind kind, out LimiterKey key)
    {
        ArgumentNullException.ThrowIfNull(persistenceId);
        (kind, key) = (default, default);
        if (!persistenceId.StartsWith(PersistencePrefix, StringComparison.Ordinal)) return false;
        var rest = persistenceId.AsSpan(PersistencePrefix.Length);
        if (rest.IndexOf('-') is not (> 0 and var dash) || rest.Length != dash + 1 + 2 * LimiterKey.Size) return false;
        EntityKind? named = rest[..dash] switch
        {
            "account" => EntityKind.Account,
            "address" => EntityKind.Address,
            "dilution" => EntityKind.Dilution,
            "macro" => EntityKind.MacroScope,
            "throttle" => EntityKind.Throttle,
            _ => null,
        };
        Span<byte> bytes = stackalloc byte[LimiterKey.Size];
        if (named is null || Convert.FromHexString(rest[(dash + 1)..], bytes, out _, out _) != OperationStatus.Done) return false;
        (kind, key) = (named.Value, LimiterKey.From(bytes));
        return true;
    }
}
