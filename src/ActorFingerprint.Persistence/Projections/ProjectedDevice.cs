using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>A device as its rows say it, and what has come since they were written.</summary>
internal sealed class ProjectedDevice
{
    /// <summary>Bytes of memory that a value of a state takes, about; encoded they take as much.</summary>
    public const int BytesOfValue = 400;

    private byte[]? _encoded;
    private DeviceState? _stored, _now;

    private ProjectedDevice(long number, string persistenceId) => (Number, PersistenceId) = (number, persistenceId);

    /// <summary>Its <c>device_id</c>.</summary>
    public long Number { get; }

    /// <summary>Its persistence id.</summary>
    public string PersistenceId { get; }

    /// <summary>It has no rows yet.</summary>
    public bool IsNew { get; private set; }

    /// <summary>It waits to be written.</summary>
    public bool IsTouched { get; set; }

    /// <summary>The state that the rows show.</summary>
    public DeviceState Stored => _stored ??= DecodeState();

    /// <summary>The state by now.</summary>
    public DeviceState Now => _now ?? Stored;

    /// <summary>The state is another than the rows show.</summary>
    public bool IsEvolved => _now is not null;

    /// <summary>Observations, their bytes, first and last, and the last change of the row.</summary>
    public (long Packets, long Bytes, long FirstSeen, long LastSeen, long Updated) Counts { get; private set; }

    /// <summary><see cref="Counts"/> differ from the rows.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>Has a fingerprint.</summary>
    public bool IsInformative { get; private set; }

    /// <summary><c>ok</c> or <c>insufficient</c>.</summary>
    public string Status { get; private set; } = "";

    /// <summary>Why insufficient.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Status, reason or whether it is informative differ from the rows.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Changes of status that are not written, by rising ordering.</summary>
    public List<(long Ordering, bool IsOk)> StatusChanges { get; } = [];

    /// <summary>What is to be added to fingerprint rows, by kind (<see cref="FingerprintKind.Ja4"/> or not) and number.</summary>
    public Dictionary<(bool IsTls, int Number), FingerprintCount> Fingerprints { get; } = [];

    /// <summary>What is to be added to hours.</summary>
    public Dictionary<int, long> Hours { get; } = [];

    /// <summary>About how many values it holds in memory: what bounds how many devices are kept there.</summary>
    public int Values => (_now ?? _stored) is { } state
        ? 8 + state.Histories.Sum(history => history.Values.Length) + state.Addresses.Length + state.HostNames.Length + state.Facts.Length
        : 8 + ((_encoded?.Length ?? 0) / BytesOfValue);

    /// <summary>A device seen for the first time.</summary>
    public static ProjectedDevice Seen(long number, string persistenceId, long atTicks) => new(number, persistenceId)
    {
        IsNew = true,
        _stored = DeviceState.Initial,
        Counts = (0, 0, atTicks, atTicks, atTicks),
    };

    /// <summary>A device from its rows: columns as <see cref="DeviceTables"/> asks for them.</summary>
    public static ProjectedDevice Of(IRow row)
    {
        var device = new ProjectedDevice(row.Int64(1), row.Text(0))
        {
            _encoded = row.BytesOrNull(2),
            Counts = (row.Int64(3), row.Int64(4), row.Int64(5), row.Int64(6), row.Int64(7)),
            IsInformative = row.Int64(8) != 0,
            Status = row.Text(9),
            Reason = row.Text(10),
        };
        return device._encoded is not null
            ? device
            : throw new InvalidDataException($"device {device.Number} has no state: rebuild the projections with `actorfp journal replay --rebuild`");
    }

    /// <summary>Moves the state on.</summary>
    public void Evolve(DeviceState state, long atTicks)
    {
        _now = state;
        if (atTicks <= Counts.Updated) return;
        Counts = Counts with { Updated = atTicks };
        IsCounted = true;
    }

    /// <summary>Adds what a batch counted.</summary>
    public void Add(DeviceDelta delta)
    {
        var (packets, bytes, first, last, updated) = Counts;
        Counts = (
            packets + delta.Packets, bytes + delta.Bytes, Math.Min(first, delta.FirstTicks), Math.Max(last, delta.LastTicks),
            Math.Max(updated, delta.LastTicks));
        IsCounted = true;
        foreach (var count in delta.Fingerprints)
        {
            if (count.Number == 0) continue;
            var key = (count.Kind == FingerprintKind.Ja4, count.Number);
            Fingerprints[key] = Fingerprints.TryGetValue(key, out var before) ? before.Plus(count) : count;
        }
        foreach (var hour in delta.Hours ?? []) Hours[hour.Hour] = Hours.GetValueOrDefault(hour.Hour) + hour.Count;
    }

    /// <summary>
    /// Works the status out after the event at an ordering; <paramref name="informative"/> is null when that has not changed. True when the
    /// status is another than before.
    /// </summary>
    public bool Decide(bool? informative, long ordering, int minPackets)
    {
        var isInformative = informative ?? IsInformative;
        var status = DeviceStatus.Of(isInformative, Counts.Packets, minPackets);
        if (isInformative == IsInformative && status.Text == Status && status.Reason == Reason) return false;
        var changed = status.Text != Status;
        (IsInformative, Status, Reason, IsDecided) = (isInformative, status.Text, status.Reason, true);
        if (!changed) return false;
        if (StatusChanges is [.., var last] && last.Ordering == ordering) StatusChanges.RemoveAt(StatusChanges.Count - 1);
        StatusChanges.Add((ordering, status.IsOk));
        return true;
    }

    /// <summary>The rows say all of it now.</summary>
    public void Written()
    {
        if (_now is not null) (_stored, _now, _encoded) = (_now, null, null);
        IsNew = IsTouched = IsCounted = IsDecided = false;
        StatusChanges.Clear();
        Fingerprints.Clear();
        Hours.Clear();
    }

    private DeviceState DecodeState() => DeviceEventCodec.DecodeSnapshot(DeviceManifests.Snapshot, _encoded)!.State;
}
