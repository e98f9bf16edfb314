using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Probing;

/// <summary>
/// Devices' answers as observations: whoever shows an HTTPS port or announces a UPnP description is asked, one at a time,
/// <see cref="ProbingOptions.Interval"/> apart, and each again after <see cref="ProbingOptions.RepeatAfter"/> at the earliest.
/// </summary>
/// <param name="options">What may be asked.</param>
/// <param name="localNetworks">Local networks besides the private ones.</param>
/// <param name="notices">What devices show.</param>
/// <param name="devices">Their addresses.</param>
/// <param name="ask">Asks one.</param>
/// <param name="contacted">Told before each contact; what it throws prevents the contact.</param>
/// <param name="time">The clock.</param>
public sealed class ProbeSource(
    ProbingOptions options, IReadOnlyList<NetworkPrefix> localNetworks, IDeviceNotices notices, IDeviceReadModel devices,
    Func<ProbeTarget, CancellationToken, Task<IReadOnlyList<DeviceFact>>> ask, Action<ProbeTarget> contacted, TimeProvider time) : IObservationSource
{
    /// <summary>What its runs are known by.</summary>
    public const string SourceName = "probes";

    /// <summary>Devices listed at once.</summary>
    private const int Page = 1000;

    /// <summary>How long after going through all devices they are gone through again.</summary>
    private static readonly TimeSpan SweepAge = TimeSpan.FromHours(24);

    /// <summary>How long after an outage of the store it is read again.</summary>
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    private static readonly string OpenPort = StoredNames.Of(FactKind.OpenPort);
    private static readonly string Location = StoredNames.Of(FactKind.SsdpLocation);

    /// <summary>Contacts that are remembered; beyond, the oldest may be made again early.</summary>
    private const int Remembered = 65_536;

    private readonly Dictionary<(DeviceKey, string Kind, int Port), long> _asked = [];
    private long _contacts, _answers;

    /// <inheritdoc />
    public string Name => SourceName;

    /// <inheritdoc />
    public bool CanResume => false;

    /// <summary>Contacts made.</summary>
    public long Contacts => Interlocked.Read(ref _contacts);

    /// <summary>Contacts that brought something.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <inheritdoc />
    public async IAsyncEnumerable<Observation> ReadAsync(long afterFrame, [EnumeratorCancellation] CancellationToken stop)
    {
        var frame = afterFrame;
        await foreach (var target in PatientAsync(stop).WithCancellation(stop))
        {
            if (!IsDue(target)) continue;
            contacted(target);
            Interlocked.Increment(ref _contacts);
            var facts = await ask(target, stop);
            if (facts.Count > 0)
            {
                Interlocked.Increment(ref _answers);
                var origin = new Origin
                {
                    Device = target.Device,
                    LinkAddress = target.Device.Mac,
                    AtTicks = time.GetUtcNow().UtcTicks,
                    Frame = ++frame,
                };
                yield return new ProbeObservation(origin, target.Kind) { Facts = facts };
            }
            await Task.Delay(options.Interval, time, stop);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Devices that are known, then those that show something new; a day later, at the next news, all of them again.</summary>
    private async IAsyncEnumerable<ProbeTarget> TargetsAsync([EnumeratorCancellation] CancellationToken stop)
    {
        var news = notices.FollowAsync(stop);
        var sweptTicks = time.GetUtcNow().UtcTicks;
        await foreach (var target in KnownAsync(stop)) yield return target;
        await foreach (var notice in news.WithCancellation(stop))
        {
            if (notice.Event is DeviceEvent.FactObserved fact && await TargetOfAsync(notice.Device, fact, stop) is { } target) yield return target;
            if (time.GetUtcNow().UtcTicks - sweptTicks < SweepAge.Ticks) continue;
            sweptTicks = time.GetUtcNow().UtcTicks;
            await foreach (var known in KnownAsync(stop)) yield return known;
        }
    }

    /// <summary>Targets through outages of the store: after one, all known devices again; those asked lately are passed over.</summary>
    private async IAsyncEnumerable<ProbeTarget> PatientAsync([EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            await using var targets = TargetsAsync(stop).GetAsyncEnumerator(stop);
            while (await NextAsync(targets)) yield return targets.Current;
            await Task.Delay(StorePause, time, stop);
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<ProbeTarget> targets)
    {
        try
        {
            return await targets.MoveNextAsync();
        }
        catch (JournalUnavailableException)
        {
            return false; // the node itself says that its store is away
        }
    }

    private async IAsyncEnumerable<ProbeTarget> KnownAsync([EnumeratorCancellation] CancellationToken stop)
    {
        for (var offset = 0; ; offset += Page)
        {
            var (rows, _) = await devices.ListAsync(new DeviceQuery { Offset = offset, Limit = Page }, stop);
            foreach (var row in rows)
            {
                if (!DeviceKey.TryParse(row.Key, out var device) || device.Kind != DeviceKeyKind.Mac) continue;
                foreach (var fact in await devices.FactsAsync(row.Key, stop))
                    if (TargetOf(device, fact.Kind, fact.Value, row.Addresses) is { } target) yield return target;
            }
            if (rows.Count < Page) yield break;
        }
    }

    private async Task<ProbeTarget?> TargetOfAsync(DeviceKey device, DeviceEvent.FactObserved fact, CancellationToken stop)
    {
        var kind = StoredNames.Of(fact.Kind);
        if (device.Kind != DeviceKeyKind.Mac || (kind != OpenPort && kind != Location)) return null;
        return await devices.GetAsync(device.ToString(), stop) is { } row ? TargetOf(device, kind, fact.Value, row.Addresses) : null;
    }

    private ProbeTarget? TargetOf(DeviceKey device, string kind, string value, IReadOnlyList<string> addresses) =>
        kind == OpenPort && options.Ja3S ? ProbeTarget.OfPort(device, value, addresses, localNetworks)
        : kind == Location && options.Upnp ? ProbeTarget.OfLocation(device, value, addresses, localNetworks)
        : null;

    private bool IsDue(ProbeTarget target)
    {
        var now = time.GetUtcNow().UtcTicks;
        var key = (target.Device, target.Kind, target.Port);
        if (_asked.TryGetValue(key, out var last) && now - last < options.RepeatAfter.Ticks) return false;
        if (_asked.Count >= Remembered) _asked.Remove(_asked.MinBy(asked => asked.Value).Key);
        _asked[key] = now;
        return true;
    }
}
