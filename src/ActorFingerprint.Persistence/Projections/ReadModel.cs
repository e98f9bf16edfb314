using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using static ActorFingerprint.Persistence.Projections.ReadModelQuestions;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// The read side of a store: lists from its projections, histories from its journal. Asks the same questions of every database and makes the
/// same of the answers.
/// </summary>
public abstract class ReadModel(IJournal journal, DevicePseudonyms pseudonyms) : IDeviceReadModel
{
    /// <inheritdoc/>
    public async Task<(IReadOnlyList<DeviceRow> Rows, long Total)> ListAsync(DeviceQuery query, CancellationToken stop)
    {
        var filter = new DeviceFilter(query);
        var page = await AskAsync(Page(filter), stop, [.. filter.Values]);
        return (page, (await AskAsync(Total(filter), stop, [.. filter.Conditions]))[0]);
    }

    /// <inheritdoc/>
    public async Task<DeviceRow?> GetAsync(string key, CancellationToken stop) =>
        await AskAsync(ReadModelQuestions.Device, stop, key) is [var row] ? row with { Hours = await AskAsync(Hours, stop, key) } : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DhcpFingerprintRow>> DhcpAsync(string key, CancellationToken stop) => await AskAsync(Dhcp, stop, key);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TlsFingerprintRow>> TlsAsync(string key, int max, CancellationToken stop) =>
        await AskAsync(Tls, stop, key, (long)Math.Max(0, max));

    /// <inheritdoc/>
    public async Task<DeviceState?> StateAsync(string key, CancellationToken stop) => await AskAsync(State, stop, key) is [var state] ? state : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FactRow>> FactsAsync(string key, CancellationToken stop) => FactsOf(await StateAsync(key, stop));

    /// <summary>Its newest <paramref name="max"/> events, oldest first. An erased event has time 0.</summary>
    public async Task<IReadOnlyList<HistoryRow>> HistoryAsync(string key, int max, CancellationToken stop)
    {
        var id = pseudonyms.PersistenceIdOf(key);
        var from = Math.Max(1, await journal.HighestSequenceNumberAsync(id, stop) - max + 1);
        var history = new List<HistoryRow>();
        await foreach (var stored in journal.ReplayAsync(id, from, stop))
        {
            var at = DeviceEventCodec.Default.Decode(stored.Manifest, stored.Payload.Span)?.AtTicks ?? 0;
            history.Add(new(stored.SequenceNumber, at, stored.Manifest, Encoding.UTF8.GetString(stored.Payload.Span)));
        }
        return history;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RunRow>> RunsAsync(int max, CancellationToken stop) => await AskAsync(Runs, stop, (long)Math.Max(0, max));

    /// <inheritdoc/>
    public async Task<(long Dhcp, long Tls)> CountsAsync(CancellationToken stop) => (await AskAsync(Counts, stop))[0];

    /// <inheritdoc/>
    public async Task<long> OffsetAsync(CancellationToken stop) => (await AskAsync(Offset, stop)).FirstOrDefault();

    /// <summary>Every row of an answer. Parameters are whole numbers (64 bits) and texts.</summary>
    private protected abstract Task<List<T>> AskAsync<T>(Question<T> question, CancellationToken stop, params object[] values);
}
