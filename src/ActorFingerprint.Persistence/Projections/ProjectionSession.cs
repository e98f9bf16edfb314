using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using static ActorFingerprint.Persistence.Projections.ColumnType;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// Writes the projections, all of them or those of one part of the devices. Events go in by rising ordering and are folded in memory; then
/// rows and offset change in one transaction. Reads no clock, so the same journal always gives the same rows. Belongs to one thread.
/// </summary>
internal sealed class ProjectionSession : IDisposable
{
    /// <summary>Devices kept in memory while the journal is followed. A rebuild keeps as many as <see cref="HeldValues"/> lets it.</summary>
    private const int CachedDevices = 12_288;

    /// <summary>Devices that wait to be written at most, in a rebuild: each is written once for all that it showed meanwhile.</summary>
    private const int WaitingDevices = 32_768;

    /// <summary>Devices whose rows go to the database at once.</summary>
    private const int DevicesOfFlush = 512;

    /// <summary>Events after which a rebuild writes in any case.</summary>
    private const int WaitingEvents = 65_536;

    /// <summary>
    /// Values in memory after which a part of a rebuild writes, and forgets the devices that have them: all parts together an eighth of the
    /// memory that there is. Devices that come again after that are read again, so a large journal is rebuilt the faster the more there is.
    /// </summary>
    private static readonly long HeldValues = Math.Clamp(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / ProjectedDevice.BytesOfValue / Environment.ProcessorCount, 131_072, 8_388_608);

    private readonly IProjectionDatabase _database;
    private readonly ProjectionPartition _partition;
    private readonly IRowQuery _read;
    private readonly RowSet _move, _minimum;
    private readonly DeviceTables _tables;
    private readonly RunTables _runs;
    private readonly Dictionary<string, ProjectedDevice> _devices = new(StringComparer.Ordinal);
    private readonly List<ProjectedDevice> _touched = [];
    private (long Ok, long Insufficient)? _counts;
    private int _minPackets;
    private long _offset, _folded;
    private int _waitingEvents;
    private bool _isWriting;
    private bool _forgot, _erased;

    /// <summary>Takes the connection over, whose tables are there, and finishes what an erasure left to do when its process died.</summary>
    public ProjectionSession(IProjectionDatabase database, ProjectionPartition? partition = null)
    {
        (_database, _partition) = (database, partition ?? ProjectionPartition.Whole);
        _read = database.Query("SELECT o.ordering, o.min_packets FROM projection_offset o {cross} WHERE o.name = {1}", Text);
        _move = database.Prepare("""
            UPDATE projection_offset SET ordering = {3} {from} WHERE projection_offset.name = {1} AND projection_offset.ordering = {2}
            """, Text, BigInt, BigInt);
        _minimum = database.Prepare("UPDATE projection_offset SET min_packets = {2} {from} WHERE projection_offset.name = {1}", Text, BigInt);
        _runs = new(database);
        _tables = new(database, _partition);
        _forgot = _erased = database.Owes;
        if (_forgot) ForgetOldBytes();
    }

    /// <summary>The journal ordering that the rows have reached.</summary>
    public long Offset()
    {
        long? offset = null;
        _read.Read(row => (offset, _minPackets) = (row.Int64(0), (int)row.Int64(1)), _partition.Name);
        return offset ?? throw new InvalidDataException(
            $"{_database.Place}: has no offset \"{_partition.Name}\"; rebuild the projections with `actorfp journal replay --rebuild`");
    }

    /// <summary>Applies the events of a page that follow <paramref name="offset"/> and gives the new one. All or nothing.</summary>
    public long Apply(long offset, ProjectionPage page) => page.End <= offset ? offset : AllOrNothing(() =>
    {
        Begin();
        _offset = _folded = offset;
        Fold(page);
        var newest = _touched.ToArray();
        Commit();
        Trim(newest);
    });

    /// <summary>
    /// Applies the events of a page that follow those taken before, and writes when enough waits. Gives the offset that is written.
    /// </summary>
    public long Take(ProjectionPage page) => AllOrNothing(() =>
    {
        Begin();
        if (page.End > _folded) Fold(page);
        var isFull = _devices.Values.Sum(device => (long)device.Values) >= HeldValues;
        if (_isWriting || isFull || _touched.Count >= WaitingDevices || _waitingEvents >= WaitingEvents) Commit();
        if (isFull) _devices.Clear();
    });

    /// <summary>Writes what waits. Gives the offset.</summary>
    public long Finish() => AllOrNothing(() =>
    {
        Begin();
        if (_folded > _offset) Commit();
    });

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        if (_forgot || _erased) ForgetOldBytes();
        _database.Dispose();
    }

    private long AllOrNothing(Action work)
    {
        try
        {
            work();
            return _offset;
        }
        catch
        {
            _database.Rollback();
            Forget();
            throw;
        }
    }

    /// <summary>Learns where the rows are, the first time and after a fault.</summary>
    private void Begin()
    {
        if (_counts is not null) return;
        _offset = _folded = Offset();
        _counts = _tables.Counts();
    }

    private void Fold(ProjectionPage page)
    {
        var from = _folded;
        _folded = page.End;
        Load(page, from);
        for (var i = 0; i < page.Events.Count; i++)
            if (page.Events[i].Ordering > from) Apply(page, i);
        _waitingEvents += page.Events.Count;
    }

    private void Commit()
    {
        Write();
        if (_forgot) _database.Owe();
        _database.Commit();
        (_offset, _isWriting, _waitingEvents) = (_folded, false, 0);
        if (_forgot) ForgetOldBytes();
    }

    /// <summary>What could not be written anew is tried again with the next erasure: there was no room for it.</summary>
    private void ForgetOldBytes()
    {
        if (_erased) _erased = !_database.TryWriteAnew();
        _forgot = !_database.TryForget();
        if (!_forgot && !_erased) _database.Settle();
    }

    /// <summary>Keeps the devices that were spoken of last.</summary>
    private void Trim(ProjectedDevice[] newest)
    {
        if (_devices.Count <= CachedDevices) return;
        _devices.Clear();
        foreach (var device in newest) _devices[device.PersistenceId] = device;
    }

    private void Apply(ProjectionPage page, int index)
    {
        var stored = page.Events[index];
        if (IsDevice(stored)) ApplyDevice(stored, page);
        else if (page.IsShardRow(index)) Count(page, index);
        else if (stored.Manifest.StartsWith("run.", StringComparison.Ordinal)) ApplyRun(stored);
    }

    private void ApplyDevice(StoredEvent stored, ProjectionPage page)
    {
        var isErasure = stored.Manifest == DeviceManifests.DeviceErased;
        _forgot |= isErasure;
        if (!_partition.Contains(stored.PersistenceId))
        {
            if (isErasure && page.MacOfErased(stored.Ordering) is { } mac) Write(() => LeaveRouter(mac, 0));
            return;
        }
        if (DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span) is not { } @event) return;
        _devices.TryGetValue(stored.PersistenceId, out var device);
        if (@event is DeviceEvent.Erased)
        {
            if (device is not null) Write(() => Erase(device, stored.Ordering));
            return;
        }
        _forgot |= @event is DeviceEvent.RetentionApplied;
        if (device is null)
        {
            if (@event is not DeviceEvent.FirstSeen) return;
            _devices[stored.PersistenceId] = device = ProjectedDevice.Seen(stored.Ordering, stored.PersistenceId, @event.AtTicks);
        }
        Touch(device);
        var before = device.Now;
        device.Evolve(Device.Evolve(before, @event), @event.AtTicks);
        if (before.Histories != device.Now.Histories || !before.Exists)
            Decide(device, device.Now.Histories.Any(history => history.Distinct > 0), stored.Ordering);
    }

    private void Count(ProjectionPage page, int index)
    {
        foreach (var delta in page.RowAt(index).Deltas)
        {
            if (delta.Packets == 0 || !_devices.TryGetValue(delta.PersistenceId, out var device)) continue;
            Touch(device);
            device.Add(delta);
            Decide(device, null, page.Events[index].Ordering);
        }
    }

    private void ApplyRun(StoredEvent stored)
    {
        switch (RunEventCodec.Decode(stored.Manifest, stored.Payload.Span))
        {
            case RunEvent.Started started:
                Write(() => Start(started, stored.Ordering));
                break;
            case RunEvent.Reported reported:
                _runs.Report(reported, reported.Frames, reported.Observations, ended: false, _counts!.Value, stored.Ordering);
                break;
            case RunEvent.Ended ended:
                _runs.Report(ended, ended.Frames, ended.Observations, ended: true, _counts!.Value, stored.Ordering);
                break;
        }
    }

    /// <summary>Notes a run. Its minimum becomes that of the store: every status is worked out anew when it differs.</summary>
    private void Start(RunEvent.Started started, long ordering)
    {
        _runs.Start(started);
        if (started.MinPackets == _minPackets) return;
        _minPackets = started.MinPackets;
        _minimum.Bind(1, _partition.Name).Bind(2, (long)_minPackets).Run();
        for (var after = 0L; _tables.Undecided(after) is { Count: > 0 } undecided; after = undecided[^1].Number)
        {
            var brought = Load([.. undecided.Select(device => device.PersistenceId)]);
            foreach (var (persistenceId, _) in undecided)
            {
                Touch(_devices[persistenceId]);
                Decide(_devices[persistenceId], null, ordering);
            }
            Write();
            foreach (var persistenceId in brought) _devices.Remove(persistenceId); // there may be very many
        }
    }

    private void Erase(ProjectedDevice device, long ordering)
    {
        if (device.Now.FirstSeen is { Device.Kind: DeviceKeyKind.Mac } first) LeaveRouter(first.Device.Mac.ToString(), device.Number);
        if (_counts is var (ok, insufficient)) _counts = device.Status == "ok" ? (ok - 1, insufficient) : (ok, insufficient - 1);
        _devices.Remove(device.PersistenceId);
        _erased = true;
        _tables.Erase(device.Number, ordering);
    }

    /// <summary>The devices behind a router that is forgotten no longer name it.</summary>
    private void LeaveRouter(string mac, long router)
    {
        var behind = _tables.Behind(mac, router);
        Load([.. behind]);
        foreach (var device in behind.Select(id => _devices[id]))
        {
            Touch(device);
            device.Evolve(device.Now with { FirstSeen = device.Now.FirstSeen! with { Via = null } }, 0);
        }
    }

    private void Decide(ProjectedDevice device, bool? informative, long ordering)
    {
        var was = device.Status;
        if (!device.Decide(informative, ordering, _minPackets)) return;
        var (ok, insufficient) = _counts!.Value;
        if (was.Length > 0) _ = was == "ok" ? ok-- : insufficient--;
        _ = device.Status == "ok" ? ok++ : insufficient++;
        _counts = (ok, insufficient);
    }

    private void Touch(ProjectedDevice device)
    {
        if (device.IsTouched) return;
        device.IsTouched = true;
        _touched.Add(device);
    }

    /// <summary>Does what needs to see the rows of every event before, and writes what follows from it.</summary>
    private void Write(Action work)
    {
        Write();
        work();
        Write();
    }

    /// <summary>
    /// Writes the rows of what was folded so far. Begins the transaction that the end of the page will commit, and moves the offset to there,
    /// which only one writer can.
    /// </summary>
    private void Write()
    {
        if (!_isWriting)
        {
            _database.Begin();
            _isWriting = true;
            _move.Bind(1, _partition.Name).Bind(2, _offset).Bind(3, _folded).Run();
            if (_database.Run(_move) != 1)
                throw new JournalConflictException($"{_database.Place}: another process moved the projections; only one may write them");
        }
        _touched.Sort(static (a, b) => a.Number.CompareTo(b.Number));
        for (var i = 0; i < _touched.Count; i++)
        {
            _tables.Write(_touched[i]);
            if (i % DevicesOfFlush == DevicesOfFlush - 1) _database.Flush();
        }
        _touched.Clear();
        _database.Flush();
    }

    /// <summary>Has every device at hand that a page speaks of and that is known.</summary>
    private void Load(ProjectionPage page, long offset)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < page.Events.Count; i++)
        {
            var stored = page.Events[i];
            if (stored.Ordering <= offset) continue;
            if (IsDevice(stored)) Name(stored.PersistenceId);
            else if (page.IsShardRow(i))
                foreach (var delta in page.RowAt(i).Deltas) Name(delta.PersistenceId);
        }
        _tables.Load([.. named], device => _devices[device.PersistenceId] = device);

        void Name(string id)
        {
            if (_partition.Contains(id) && !_devices.ContainsKey(id)) named.Add(id);
        }
    }

    /// <summary>Has devices at hand; gives those that were not yet.</summary>
    private List<string> Load(List<string> ids)
    {
        ids.RemoveAll(_devices.ContainsKey);
        _tables.Load(ids, device => _devices[device.PersistenceId] = device);
        return ids;
    }

    private void Forget()
    {
        _devices.Clear();
        _touched.Clear();
        (_counts, _isWriting, _waitingEvents) = (null, false, 0);
    }

    private static bool IsDevice(StoredEvent stored) => stored.Manifest.StartsWith("device.", StringComparison.Ordinal);
}
