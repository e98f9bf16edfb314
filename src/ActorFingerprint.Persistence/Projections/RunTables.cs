using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Persistence.Sqlite;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>Writes the rows of runs: one in <c>fingerprint_runs</c> for every hour reported and for the end.</summary>
internal sealed class RunTables : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _start, _minimum, _report;

    public RunTables(SqliteConnection connection)
    {
        _connection = connection;
        _start = new(connection, """
            INSERT INTO runs(run, source, min_packets) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET source = excluded.source, min_packets = excluded.min_packets
            """);
        _minimum = new(connection, "UPDATE projection_offset SET min_packets = ?1");
        _report = new(connection, """
            INSERT INTO fingerprint_runs(ordering, run, timestamp, frames, observations, ended, source, min_packets, stored, insufficient)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6,
                coalesce((SELECT source FROM runs WHERE run = ?2), ''),
                coalesce((SELECT min_packets FROM runs WHERE run = ?2), 0),
                (SELECT count(*) FROM fingerprint_device_status WHERE status = 'ok'),
                (SELECT count(*) FROM fingerprint_device_status WHERE status = 'insufficient')
            """);
    }

    /// <summary>
    /// Notes a run's start. Its minimum becomes that of the store: every status is worked out anew when it differs from
    /// <paramref name="minPackets"/>. Gives the minimum from now on.
    /// </summary>
    public int Start(RunEvent.Started started, long ordering, int minPackets)
    {
        _start.Bind(1, started.Run).Bind(2, started.Source).Bind(3, started.MinPackets).Run();
        if (started.MinPackets == minPackets) return minPackets;
        _minimum.Bind(1, started.MinPackets).Run();
        var devices = new List<long>();
        const string Undecided = "SELECT device_id FROM fingerprint_device_status WHERE is_informative = 0 ORDER BY device_id";
        using (var all = new Statement(_connection, Undecided))
            while (all.Step()) devices.Add(all.Int64(0));
        using var status = new DeviceStatusTable(_connection);
        foreach (var device in devices) status.Store(device, null, ordering, started.MinPackets);
        return started.MinPackets;
    }

    /// <summary>Writes the row of an hour or of the end.</summary>
    public void Report(RunEvent @event, long frames, long observations, bool ended, long ordering) => _report
        .Bind(1, ordering).Bind(2, @event.Run).Bind(3, @event.AtTicks).Bind(4, frames).Bind(5, observations).Bind(6, ended ? 1 : 0).Run();

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_start, _minimum, _report]) statement.Dispose();
    }
}
