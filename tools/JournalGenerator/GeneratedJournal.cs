using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Tools.FrameGenerator;

namespace ActorFingerprint.Tools.JournalGenerator;

/// <summary>
/// Writes a journal as the engine does, without the engine: in each commit, of several shards, device events and then the shard row that
/// counts them. The same options and key give the same events. Memory is a few bytes a device.
/// </summary>
internal sealed class GeneratedJournal(GeneratorOptions options, DevicePseudonyms pseudonyms)
{
    private const string Run = "generated#1";
    private static readonly long Start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly SeededRandom _random = SeededRandom.For(options.Seed, "journal");
    private readonly GeneratedDevice[] _devices = new GeneratedDevice[options.Devices];
    private readonly List<int>[] _ofShard = [.. Enumerable.Range(0, options.Shards).Select(_ => new List<int>())];
    private readonly long[] _rowsOfShard = new long[options.Shards];
    private long _runEvents;
    private long _written;
    private int _known;
    private int _shard;

    /// <summary>Writes all of it; gives how many events.</summary>
    public async Task<long> WriteAsync(IJournal journal, IProgress<long>? progress, CancellationToken stop)
    {
        await SayAsync(journal, new RunEvent.Started(Run, 0, "generated", DeviceStatus.DefaultMinPackets), stop);
        var reported = 0L;
        while (_written < options.Events - 1)
        {
            var at = AtTicks();
            List<AtomicWrite> writes = [];
            for (var events = 0; events < GeneratorOptions.EventsOfCommit && _written < options.Events - 1;)
            {
                var batch = Batch(at);
                writes.Add(batch);
                events += batch.Events.Count;
                _written += batch.Events.Count;
            }
            await journal.WriteAsync(writes, stop);
            if ((at - Start) / TimeSpan.TicksPerHour is var hour && hour > reported)
            {
                reported = hour;
                await SayAsync(journal, new RunEvent.Reported(Run, at, _written, _written), stop);
            }
            progress?.Report(_written);
        }
        await SayAsync(journal, new RunEvent.Ended(Run, AtTicks(), _written, _written), stop);
        return _written;
    }

    /// <summary>Frame time: the days pass evenly with the events.</summary>
    private long AtTicks() => Start + (long)(options.Days * (double)TimeSpan.TicksPerDay * _written / options.Events);

    /// <summary>What the next shard commits that has devices: new ones first, then what some that are known show.</summary>
    private AtomicWrite Batch(long at)
    {
        Meet();
        while (_ofShard[_shard % options.Shards].Count == 0) _shard++;
        var shard = _shard++ % options.Shards;
        var (of, events, deltas) = (_ofShard[shard], new List<NewEvent>(), new List<DeviceDelta>());
        var chosen = new HashSet<int>();
        for (var i = 0; i < Math.Min(GeneratorOptions.DevicesOfBatch, of.Count); i++)
            chosen.Add(of[Math.Max(0, of.Count - 1 - (int)(_random.NextUInt32() % (_random.Chance(60) ? Math.Min(of.Count, 200) : of.Count)))]);
        foreach (var index in chosen)
        {
            ref var device = ref _devices[index];
            var id = pseudonyms.PersistenceIdOf(GeneratedDevice.KeyOf(index));
            for (var n = _random.Next(1, 4); n > 0; n--)
            {
                var (manifest, payload) = DeviceEventCodec.Encode(device.Next(_random, index, at, new(Run, _written + events.Count, 0)));
                events.Add(new(id, ++device.Sequence, manifest, payload));
            }
            deltas.Add(device.Count(_random, id, at));
        }
        deltas.Sort((a, b) => string.CompareOrdinal(a.PersistenceId, b.PersistenceId));
        var number = ++_rowsOfShard[shard];
        var row = new ShardRow { Watermarks = [new(Run, number, _written, 0)], Deltas = deltas };
        events.Add(new(ShardRowCodec.PersistenceIdOf(shard), number, ShardRow.Manifest, ShardRowCodec.Encode(row)));
        return new(null, events, []);
    }

    /// <summary>Devices come evenly until all are there.</summary>
    private void Meet()
    {
        var known = Math.Min(options.Devices, 1 + (long)((options.Devices - 1) * Math.Min(1, _written * 1.02 / options.Events)));
        while (_known < known)
        {
            _ofShard[(int)(GeneratedDevice.KeyOf(_known).StableHash() % (ulong)options.Shards)].Add(_known);
            _known++;
        }
    }

    private async Task SayAsync(IJournal journal, RunEvent @event, CancellationToken stop)
    {
        var (manifest, payload) = RunEventCodec.Encode(@event);
        await journal.WriteAsync([new(null, [new(RunEventCodec.PersistenceIdOf(Run), ++_runEvents, manifest, payload)], [])], stop);
        _written++;
    }
}
