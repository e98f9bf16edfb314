using System.Buffers;
using System.Text.Json;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>
/// What the last owner of a shard left behind when it stopped in order: the windows of its entities, which otherwise live in memory alone.
/// The next owner takes them over, entity by entity, as they come into its memory. Written as one snapshot under the shard's own name,
/// whose sequence number is the epoch it was written in: only the owner right after uses it. Belongs to whoever owns the shard.
/// </summary>
internal sealed class ShardWindows
{
    /// <summary>No window lives longer, in seconds.</summary>
    private const long Lifetime = 900;

    private readonly Dictionary<LimiterKey, byte[]> _left = [];
    private readonly long _at;

    private ShardWindows(long at) => _at = at;

    /// <summary>The windows in a snapshot, when the owner before <paramref name="epoch"/> wrote it; null otherwise.</summary>
    public static ShardWindows? Read(StoredSnapshot? stored, long epoch)
    {
        if (stored is null || stored.SequenceNumber != epoch - 1 || stored.Manifest != LimiterManifests.Windows) return null;
        try
        {
            var read = JsonSerializer.Deserialize(stored.Payload.Span, LimiterJson.Default.StoredWindows);
            if (read is not { Entities.Count: > 0 }) return null;
            var windows = new ShardWindows(read.At);
            Span<byte> key = stackalloc byte[LimiterKey.Size];
            foreach (var entity in read.Entities)
                if (Convert.FromHexString(entity.Key, key, out _, out var length) == OperationStatus.Done && length == key.Length)
                    windows._left[LimiterKey.From(key)] = entity.State;
            return windows;
        }
        catch (JsonException)
        {
            return null; // windows are lost at most: as after a crash
        }
    }

    /// <summary>The snapshot of a shard's windows; what this owner was left and did not need goes on to the next.</summary>
    public static NewSnapshot Write(int shard, long epoch, IEnumerable<LimiterEntity> entities, ShardWindows? left, long now)
    {
        var stored = new List<StoredWindow>();
        if (left?.AreOver(now) == false) stored.AddRange(left._left.Select(l => new StoredWindow(l.Key.ToString(), l.Value)));
        var buffer = new ArrayBufferWriter<byte>(256);
        foreach (var entity in entities)
        {
            buffer.ResetWrittenCount();
            if (entity.IsGiven || !entity.State.WriteVolatile(new(buffer), now)) continue;
            stored.Add(new(entity.Key.ToString(), buffer.WrittenSpan.ToArray()));
        }
        var payload = JsonSerializer.SerializeToUtf8Bytes(new(now, stored), LimiterJson.Default.StoredWindows);
        return new(LimiterManifests.WindowsIdOf(shard), epoch, LimiterManifests.Windows, payload);
    }

    /// <summary>Whether none can matter any more.</summary>
    public bool AreOver(long now) => _left.Count == 0 || now >= _at + Lifetime;

    /// <summary>The windows of an entity, once; null for none.</summary>
    public byte[]? Take(LimiterKey key) => _left.Remove(key, out var left) ? left : null;

    /// <summary>Gives an entity that has just been recovered the windows it had.</summary>
    public static void Restore(LimiterEntity entity, byte[]? left)
    {
        if (left is null) return;
        var input = new CompactReader(left);
        try
        {
            entity.State.ReadVolatile(ref input);
        }
        catch (FormatException)
        {
            // another release wrote it: its windows are lost, as after a crash
        }
    }
}

/// <summary>The windows of one shard.</summary>
/// <param name="At">Unix seconds.</param>
/// <param name="Entities">Those that had any.</param>
internal sealed record StoredWindows(long At, IReadOnlyList<StoredWindow> Entities);

/// <summary>Those of one entity.</summary>
/// <param name="Key">64 hex digits.</param>
/// <param name="State">The limiter's compact form.</param>
internal sealed record StoredWindow(string Key, byte[] State);
