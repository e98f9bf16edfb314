using ActorFingerprint.Core.Devices;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Devices beyond the flood quota: counted in memory, never journaled, forgotten after their time to live or when the bucket is
/// full, oldest first (design §4). Time is frame time.
/// </summary>
internal sealed class EphemeralBucket(int capacity, long ttlTicks)
{
    private readonly Dictionary<DeviceKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byAge = new();

    /// <summary>Devices remembered now.</summary>
    public int Count => _entries.Count;

    /// <summary>True when the device was put here within the time to live.</summary>
    public bool Contains(DeviceKey device, long atTicks) =>
        _entries.TryGetValue(device, out var node) && atTicks - node.Value.LastTicks <= ttlTicks;

    /// <summary>Counts an observation of the device here.</summary>
    public void Add(DeviceKey device, long atTicks)
    {
        if (_entries.Remove(device, out var node)) _byAge.Remove(node);
        while (_byAge.First is { } oldest && (_entries.Count >= capacity || atTicks - oldest.Value.LastTicks > ttlTicks)) Forget(oldest.Value.Device);
        _entries[device] = _byAge.AddLast(new Entry(device, (node?.Value.Count ?? 0) + 1, atTicks));
    }

    /// <summary>Drops a device: it became persistent.</summary>
    public void Forget(DeviceKey device)
    {
        if (_entries.Remove(device, out var node)) _byAge.Remove(node);
    }

    private readonly record struct Entry(DeviceKey Device, long Count, long LastTicks);
}
