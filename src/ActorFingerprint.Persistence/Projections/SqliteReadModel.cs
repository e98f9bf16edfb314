using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Persistence.Sqlite;
using ActorFingerprint.Persistence.Store;
using Microsoft.Data.Sqlite;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// The read side of a store: lists from <c>projections.db</c>, histories from the journal. Opened at the first question, so that a
/// node starts although its read side cannot.
/// </summary>
public sealed class SqliteReadModel : IDeviceReadModel, IAsyncDisposable
{
    private readonly StoreFolder _folder;
    private readonly IJournal _journal;
    private readonly DevicePseudonyms _pseudonyms;
    private readonly int _readers;
    private readonly Lock _gate = new();
    private DatabaseWorkers<ReadModelSession>? _workers;

    /// <summary>Reads the projections of a folder and the journal beside them, on this many threads (1..16).</summary>
    public SqliteReadModel(StoreFolder folder, IJournal journal, DevicePseudonyms pseudonyms, int readers = 2) =>
        (_folder, _journal, _pseudonyms, _readers) = (folder, journal, pseudonyms, readers);

    /// <inheritdoc/>
    public Task<(IReadOnlyList<DeviceRow> Rows, long Total)> ListAsync(DeviceQuery query, CancellationToken stop) =>
        Workers().RunAsync(session => session.List(query), stop);

    /// <inheritdoc/>
    public Task<DeviceRow?> GetAsync(string key, CancellationToken stop) => Workers().RunAsync(session => session.Get(key), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DhcpFingerprintRow>> DhcpAsync(string key, CancellationToken stop) =>
        Workers().RunAsync(session => session.Dhcp(key), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TlsFingerprintRow>> TlsAsync(string key, int max, CancellationToken stop) =>
        Workers().RunAsync(session => session.Tls(key, max), stop);

    /// <inheritdoc/>
    public Task<DeviceState?> StateAsync(string key, CancellationToken stop) => Workers().RunAsync(session => session.State(key), stop);

    /// <inheritdoc/>
    public Task<IReadOnlyList<FactRow>> FactsAsync(string key, CancellationToken stop) => Workers().RunAsync(session => session.Facts(key), stop);

    /// <summary>Its newest <paramref name="max"/> events, oldest first. An erased event has time 0.</summary>
    public async Task<IReadOnlyList<HistoryRow>> HistoryAsync(string key, int max, CancellationToken stop)
    {
        var id = _pseudonyms.PersistenceIdOf(key);
        var from = Math.Max(1, await _journal.HighestSequenceNumberAsync(id, stop) - max + 1);
        var history = new List<HistoryRow>();
        await foreach (var stored in _journal.ReplayAsync(id, from, stop))
        {
            var at = DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span)?.AtTicks ?? 0;
            history.Add(new(stored.SequenceNumber, at, stored.Manifest, Encoding.UTF8.GetString(stored.Payload.Span)));
        }
        return history;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunRow>> RunsAsync(int max, CancellationToken stop) => Workers().RunAsync(session => session.Runs(max), stop);

    /// <inheritdoc/>
    public Task<(long Dhcp, long Tls)> CountsAsync(CancellationToken stop) => Workers().RunAsync(session => session.Counts(), stop);

    /// <inheritdoc/>
    public Task<long> OffsetAsync(CancellationToken stop) => Workers().RunAsync(session => session.Offset(), stop);

    /// <summary>Closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_workers is not null) await _workers.DisposeAsync();
    }

    private DatabaseWorkers<ReadModelSession> Workers()
    {
        lock (_gate)
        {
            if (_workers is not null) return _workers;
            if (!File.Exists(_folder.Projections))
                throw new StoreException($"{_folder.Projections}: not built yet; start the node, or run `actorfp journal replay --rebuild`");
            try
            {
                var sessions = new List<ReadModelSession>();
                for (var i = 0; i < _readers; i++) sessions.Add(new(SqliteFile.OpenForReading(_folder.Projections)));
                return _workers = new("read-model", _folder.Projections, sessions);
            }
            catch (SqliteException error)
            {
                throw SqliteFaults.Explain(_folder.Projections, error) ?? error;
            }
        }
    }
}
