using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// The one connection that writes <c>projections.db</c>. Events go in by rising ordering; rows and offset change in one
/// transaction. Reads no clock, so the same journal always gives the same bytes. Belongs to one thread.
/// </summary>
internal sealed class ProjectionSession : IDisposable
{
    private const int CachedDevices = 8192;

    /// <summary>A device whose rows are behind its state.</summary>
    private sealed class Pending(DeviceState stored)
    {
        public DeviceState Stored { get; } = stored;
        public DeviceState Now { get; set; } = stored;
        public long AtTicks { get; set; }
    }

    private readonly SqliteConnection _connection;
    private readonly DeviceTables _devices;
    private readonly RunTables _runs;
    private readonly Statement _begin, _commit, _rollback, _read, _move;
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<long, DeviceState> _states = [];
    private readonly SortedDictionary<long, Pending> _pending = [];
    private int _minPackets;
    private bool _forgot;

    private ProjectionSession(SqliteConnection connection)
    {
        _connection = connection;
        _devices = new(connection);
        _runs = new(connection);
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _rollback = new(connection, "ROLLBACK");
        _read = new(connection, "SELECT ordering, min_packets FROM projection_offset WHERE name = 'devices'");
        _move = new(connection, "UPDATE projection_offset SET ordering = ?2 WHERE name = 'devices' AND ordering = ?1");
    }

    /// <summary>Opens the file and makes its tables when they are missing, or, to build from zero, in any case.</summary>
    public static ProjectionSession Open(StoreFolder folder, bool fromZero = false)
    {
        try
        {
            var connection = SqliteFile.OpenForWriting(folder.Projections, Durability.Normal);
            try
            {
                if (fromZero) ProjectionSchema.Reset(connection);
                else ProjectionSchema.Prepare(connection);
                return new(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch (SqliteException error)
        {
            throw SqliteFaults.Explain(folder.Projections, error) ?? error;
        }
    }

    /// <summary>The journal ordering that the rows have reached.</summary>
    public long Offset()
    {
        var (offset, minPackets) = _read.Step() ? (_read.Int64(0), (int)_read.Int64(1)) : (0, 0);
        _read.Reset();
        _minPackets = minPackets;
        return offset;
    }

    /// <summary>Applies events that follow <paramref name="offset"/> and gives the new one. All or nothing.</summary>
    public long Apply(long offset, IReadOnlyList<StoredEvent> events)
    {
        if (events.Count == 0) return offset;
        _begin.Run();
        try
        {
            if (Offset() != offset)
                throw new JournalConflictException(
                    $"{_connection.DataSource}: another process moved the projections; only one may write them");
            foreach (var stored in events) Apply(stored);
            Flush();
            _move.Bind(1, offset).Bind(2, events[^1].Ordering).Run();
            _commit.Run();
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0) _rollback.Run();
            Forget();
            throw;
        }
        if (_forgot) _forgot = !_connection.TryEmptyLog();
        return events[^1].Ordering;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        if (_forgot) _connection.TryEmptyLog();
        _devices.Dispose();
        _runs.Dispose();
        foreach (var statement in (ReadOnlySpan<Statement>)[_begin, _commit, _rollback, _read, _move]) statement.Dispose();
        _connection.Dispose();
    }

    private void Apply(StoredEvent stored)
    {
        if (stored.Manifest.StartsWith("device.", StringComparison.Ordinal)) ApplyDevice(stored);
        else if (stored.Manifest == ShardRow.Manifest) ApplyRow(stored);
        else if (stored.Manifest.StartsWith(RunEventCodec.Prefix[..^1] + ".", StringComparison.Ordinal)) ApplyRun(stored);
    }

    private void ApplyDevice(StoredEvent stored)
    {
        var @event = DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span);
        if (@event is DeviceEvent.Erased)
        {
            if (NumberOf(stored.PersistenceId) is { } erased) Erase(erased, stored.PersistenceId);
            _forgot = true;
            return;
        }
        if (@event is null) return;
        _forgot |= @event is DeviceEvent.RetentionApplied;
        var device = NumberOf(stored.PersistenceId);
        if (device is null)
        {
            if (@event is not DeviceEvent.FirstSeen first) return;
            device = stored.Ordering;
            _devices.Insert(device.Value, stored.PersistenceId, first);
            _numbers[stored.PersistenceId] = device.Value;
            _states[device.Value] = DeviceState.Initial;
        }
        var pending = PendingOf(device.Value);
        var before = pending.Now;
        pending.Now = Device.Evolve(before, @event);
        pending.AtTicks = Math.Max(pending.AtTicks, @event.AtTicks);
        if (before.Histories != pending.Now.Histories || !before.Exists)
            _devices.StoreStatus(device.Value, pending.Now, stored.Ordering, _minPackets);
    }

    private void ApplyRow(StoredEvent stored)
    {
        Flush();
        foreach (var delta in ShardRowCodec.Decode(stored.Manifest, stored.Payload.Span).Deltas)
            if (NumberOf(delta.PersistenceId) is { } device) _devices.Add(device, delta, stored.Ordering, _minPackets);
    }

    private void ApplyRun(StoredEvent stored)
    {
        Flush();
        switch (RunEventCodec.Decode(stored.Manifest, stored.Payload.Span))
        {
            case RunEvent.Started started:
                _minPackets = _runs.Start(started, stored.Ordering, _minPackets);
                break;
            case RunEvent.Reported reported:
                _runs.Report(reported, reported.Frames, reported.Observations, ended: false, stored.Ordering);
                break;
            case RunEvent.Ended ended:
                _runs.Report(ended, ended.Frames, ended.Observations, ended: true, stored.Ordering);
                break;
        }
    }

    private void Flush()
    {
        foreach (var (device, pending) in _pending)
        {
            _devices.Store(device, pending.Stored, pending.Now, pending.AtTicks);
            if (_states.Count >= CachedDevices) _states.Clear();
            _states[device] = pending.Now;
        }
        _pending.Clear();
    }

    private Pending PendingOf(long device)
    {
        if (_pending.TryGetValue(device, out var pending)) return pending;
        if (!_states.TryGetValue(device, out var state)) state = _devices.Load(device);
        return _pending[device] = new(state);
    }

    private long? NumberOf(string persistenceId)
    {
        if (_numbers.TryGetValue(persistenceId, out var number)) return number;
        if (_devices.Find(persistenceId) is not { } found) return null;
        if (_numbers.Count >= CachedDevices * 4) _numbers.Clear();
        return _numbers[persistenceId] = found;
    }

    private void Erase(long device, string persistenceId)
    {
        foreach (var behind in _devices.Behind(device))
        {
            var pending = PendingOf(behind);
            pending.Now = pending.Now with { FirstSeen = pending.Now.FirstSeen! with { Via = null } };
        }
        _pending.Remove(device);
        _states.Remove(device);
        _numbers.Remove(persistenceId);
        _devices.Erase(device);
    }

    private void Forget()
    {
        _pending.Clear();
        _states.Clear();
        _numbers.Clear();
    }
}
