using ActorFingerprint.Engine.Runs;
using static ActorFingerprint.Persistence.Projections.ColumnType;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>Writes the rows of runs: one in <c>fingerprint_runs</c> for every hour reported and for the end.</summary>
internal sealed class RunTables
{
    private readonly RowSet _start, _report;

    public RunTables(IProjectionDatabase database)
    {
        _start = database.Prepare("""
            INSERT INTO runs(run, source, min_packets) {rows}
            ON CONFLICT(run) DO UPDATE SET source = excluded.source, min_packets = excluded.min_packets
            """, Text, Text, BigInt);
        _report = database.Prepare("""
            INSERT INTO fingerprint_runs(ordering, run, timestamp, frames, observations, ended, stored, insufficient, source, min_packets)
            SELECT {1}, {2}, {3}, {4}, {5}, {6}, {7}, {8},
                coalesce((SELECT source FROM runs WHERE run = {2}), ''),
                coalesce((SELECT min_packets FROM runs WHERE run = {2}), 0)
            {from} WHERE true
            ON CONFLICT(ordering) DO UPDATE SET
                stored = fingerprint_runs.stored + excluded.stored, insufficient = fingerprint_runs.insufficient + excluded.insufficient
            """, BigInt, Text, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);
    }

    /// <summary>Notes a run's start.</summary>
    public void Start(RunEvent.Started started) =>
        _start.Bind(1, started.Run).Bind(2, started.Source).Bind(3, started.MinPackets).Run();

    /// <summary>Writes the row of an hour or of the end; parts of a projection add their devices to the row of the first.</summary>
    public void Report(RunEvent @event, long frames, long observations, bool ended, (long Ok, long Insufficient) devices, long ordering) => _report
        .Bind(1, ordering).Bind(2, @event.Run).Bind(3, @event.AtTicks).Bind(4, frames).Bind(5, observations).Bind(6, ended)
        .Bind(7, devices.Ok).Bind(8, devices.Insufficient).Run();
}
