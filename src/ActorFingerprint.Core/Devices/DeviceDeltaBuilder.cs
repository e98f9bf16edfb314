using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// Counts the observations of one device since its last commit. Mutable, used by one thread at a time; reused after
/// <see cref="Reset"/>. As <see cref="IFingerprintCounts"/> it adds what is pending to what is committed, so decisions do not
/// depend on where batches end.
/// </summary>
public sealed class DeviceDeltaBuilder(string persistenceId, DeviceCounters committed) : IFingerprintCounts
{
    private readonly List<FingerprintCount> _fingerprints = [];
    private readonly PendingTexts _ja3 = new();
    private readonly PendingTexts _sni = new();
    private DeviceCounters _committed = committed;
    private long _packets;
    private long _bytes;
    private long _firstTicks;
    private long _lastTicks;
    private PendingHours _hours;

    /// <summary>True when there is nothing to commit.</summary>
    public bool IsEmpty => _packets == 0;

    /// <summary>UTC ticks of the earliest of what is pending.</summary>
    public long FirstTicks => _firstTicks;

    /// <summary>UTC ticks of the latest of what is pending.</summary>
    public long LastTicks => _lastTicks;

    /// <summary>Distinct fingerprints counted since then.</summary>
    public int Fingerprints => _fingerprints.Count;

    /// <summary>Counts one observation. <paramref name="state"/> is the device after the observation's own events.</summary>
    public void Add(Observation observation, DeviceState state)
    {
        var at = observation.AtTicks;
        AddFrame(observation);
        switch (observation)
        {
            case DhcpObservation { IsFingerprint: true } dhcp:
                Count(state, DeviceNews.KindOf(dhcp.MessageType), dhcp.Options.OrderedString!, at);
                break;
            case ClientHelloObservation { Hello: { } hello } when !state.IsRouter:
                Count(state, FingerprintKind.Ja4, hello.Ja4, at);
                _ja3.Add(hello.Ja3);
                if (hello.Sni.Length > 0) _sni.Add(FingerprintFeatures.Bounded(hello.Sni));
                break;
        }
    }

    /// <summary>Counts a message that <see cref="DhcpRecall"/> knows by its number.</summary>
    public void Add(DhcpObservation dhcp, int number)
    {
        AddFrame(dhcp);
        if (number != DhcpRecall.NoFingerprint) Count(DeviceNews.KindOf(dhcp.MessageType), number, dhcp.AtTicks);
    }

    /// <inheritdoc />
    public FingerprintCount Of(FingerprintKind kind, int number)
    {
        var committed = _committed.Of(kind, number);
        foreach (var pending in _fingerprints)
            if (pending.Number == number && pending.Kind == kind) return committed.Plus(pending);
        return committed;
    }

    /// <summary>The delta of everything added since the last <see cref="Reset"/>.</summary>
    public DeviceDelta Build()
    {
        List<FingerprintCount> fingerprints = [.. _fingerprints];
        fingerprints.Sort(DeviceCounters.Compare);
        var (ja3, otherJa3) = _ja3.Build();
        var (sni, otherSni) = _sni.Build();
        return new DeviceDelta
        {
            PersistenceId = persistenceId,
            Packets = _packets,
            Bytes = _bytes,
            FirstTicks = _firstTicks,
            LastTicks = _lastTicks,
            Fingerprints = fingerprints,
            Ja3 = ja3,
            OtherJa3 = otherJa3,
            Sni = sni,
            OtherSni = otherSni,
            Hours = _hours.Build(),
        };
    }

    /// <summary>Starts again after a commit (or a rollback) with the counters that are durable.</summary>
    public void Reset(DeviceCounters committed)
    {
        _committed = committed;
        (_packets, _bytes) = (0, 0);
        _fingerprints.Clear();
        _ja3.Clear();
        _sni.Clear();
        _hours = default;
    }

    private void AddFrame(Observation observation)
    {
        var at = observation.AtTicks;
        _firstTicks = _packets == 0 ? at : Math.Min(_firstTicks, at);
        _lastTicks = _packets == 0 ? at : Math.Max(_lastTicks, at);
        _packets++;
        _bytes += observation.WireLength;
        _hours.Add(at);
    }

    private void Count(DeviceState state, FingerprintKind kind, string value, long at) =>
        Count(kind, state.History(kind).Find(value)?.Number ?? 0, at);

    private void Count(FingerprintKind kind, int number, long at)
    {
        foreach (ref var count in CollectionsMarshal.AsSpan(_fingerprints))
        {
            if (count.Number != number || count.Kind != kind) continue;
            count = count.Plus(new FingerprintCount(kind, number, 1, at, at));
            return;
        }
        _fingerprints.Add(new FingerprintCount(kind, number, 1, at, at));
    }

    /// <summary>Counts of texts, pruned by the rule of <see cref="TextCounts"/> whenever twice its capacity is reached.</summary>
    private sealed class PendingTexts
    {
        private Dictionary<string, long>? _counts;
        private TextRank _last = TextRank.Last;
        private long _other;

        public void Add(string text)
        {
            _counts ??= new Dictionary<string, long>(StringComparer.Ordinal);
            ref var count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, text);
            if (!Unsafe.IsNullRef(ref count)) count++;
            else if (_counts.Count >= TextCounts.Capacity && TextRank.Of(text).CompareTo(_last) > 0) _other++; // would go at the next pruning
            else _counts.Add(text, 1);
            if (_counts.Count > 2 * TextCounts.Capacity) Prune(_counts);
        }

        public (IReadOnlyList<TextCount> Texts, long Other) Build()
        {
            if (_counts is not { Count: > 0 }) return ([], _other);
            Prune(_counts);
            List<TextCount> texts = [.. _counts.Select(count => new TextCount(count.Key, count.Value))];
            texts.Sort((a, b) => string.CompareOrdinal(a.Text, b.Text));
            return (texts, _other);
        }

        public void Clear()
        {
            _counts?.Clear();
            (_last, _other) = (TextRank.Last, 0);
        }

        private void Prune(Dictionary<string, long> counts)
        {
            if (counts.Count <= TextCounts.Capacity) return;
            List<TextCount> texts = [.. counts.Select(count => new TextCount(count.Key, count.Value))];
            _other += TextCounts.KeepLowest(texts, out _last);
            counts.Clear();
            foreach (var text in texts) counts.Add(text.Text, text.Count);
        }
    }
}
