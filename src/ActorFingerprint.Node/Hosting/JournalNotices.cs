using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Device events as the journal holds them, past and as they are committed. The reader is woken, never pushed to.</summary>
internal sealed class JournalNotices(IJournal journal, long lastOrdering, Func<CancellationToken, Task<long>> highest) : IDeviceNotices
{
    /// <summary>Events read at once.</summary>
    private const int Page = 1000;

    /// <summary>Device keys remembered; the journal knows them by pseudonym.</summary>
    private const int RememberedKeys = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Channel<bool>> _followers = [];
    private readonly Dictionary<string, DeviceKey> _keys = new(StringComparer.Ordinal);
    private long _lastOrdering = lastOrdering;

    /// <inheritdoc />
    public long LastOrdering => Interlocked.Read(ref _lastOrdering);

    /// <inheritdoc />
    public Task<long> HighestOrderingAsync(CancellationToken stop) => highest(stop);

    /// <summary>Says that there may be new events; cheap, to be called after each commit.</summary>
    public void Wake()
    {
        lock (_gate)
            foreach (var follower in _followers)
                follower.Writer.TryWrite(true);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<DeviceNotice>> ReadAsync(long afterOrdering, int max, CancellationToken stop)
    {
        var notices = new List<DeviceNotice>();
        for (var after = afterOrdering; notices.Count < max;)
        {
            var page = await journal.ReadAsync(after, Page, stop);
            if (page.Count == 0) break;
            foreach (var stored in page)
            {
                after = stored.Ordering;
                if (await NoticeOfAsync(stored, stop) is { } notice) notices.Add(notice);
                if (notices.Count == max) break;
            }
            Advance(after);
        }
        return notices;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DeviceNotice> FollowAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var awake = Channel.CreateBounded<bool>(1);
        lock (_gate) _followers.Add(awake);
        try
        {
            var after = LastOrdering;
            while (true)
            {
                for (var page = await journal.ReadAsync(after, Page, stop); page.Count > 0; page = await journal.ReadAsync(after, Page, stop))
                {
                    foreach (var stored in page)
                        if (await NoticeOfAsync(stored, stop) is { } notice)
                            yield return notice;
                    after = page[^1].Ordering;
                    Advance(after);
                }
                await awake.Reader.ReadAsync(stop);
            }
        }
        finally
        {
            lock (_gate) _followers.Remove(awake);
        }
    }

    private void Advance(long ordering)
    {
        lock (_gate)
            if (ordering > _lastOrdering) Interlocked.Exchange(ref _lastOrdering, ordering);
    }

    private async ValueTask<DeviceNotice?> NoticeOfAsync(StoredEvent stored, CancellationToken stop)
    {
        if (!stored.PersistenceId.StartsWith(DevicePseudonyms.Prefix, StringComparison.Ordinal)) return null;
        if (DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is not { } @event) return null;
        if (@event is DeviceEvent.FirstSeen first) Remember(stored.PersistenceId, first.Device);
        return await KeyOfAsync(stored.PersistenceId, stop) is { IsNone: false } key ? new DeviceNotice(stored.Ordering, key, @event) : null;
    }

    private async ValueTask<DeviceKey> KeyOfAsync(string persistenceId, CancellationToken stop)
    {
        lock (_gate)
            if (_keys.TryGetValue(persistenceId, out var known)) return known;
        await foreach (var stored in journal.ReplayAsync(persistenceId, 1, stop))
        {
            if (DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is not DeviceEvent.FirstSeen first) continue;
            Remember(persistenceId, first.Device);
            return first.Device;
        }
        return default;
    }

    private void Remember(string persistenceId, DeviceKey key)
    {
        lock (_gate)
        {
            if (_keys.Count >= RememberedKeys) _keys.Clear();
            _keys[persistenceId] = key;
        }
    }
}
