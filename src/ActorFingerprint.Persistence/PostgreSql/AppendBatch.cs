using System.Runtime.InteropServices;
using ActorFingerprint.Engine.Journal;
using Npgsql;
using NpgsqlTypes;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// The columns of one call of <c>append_events</c>: the writes of many shards side by side. What can be told without the database is told
/// here: whether each entity's numbers follow each other within the call, and which of several snapshots of an entity stays.
/// </summary>
internal sealed class AppendBatch
{
    private readonly KnownPositions? _known;
    private readonly List<ShardFence> _fences = [];
    private readonly List<NewEvent> _firsts = [];
    private readonly List<NewEvent> _unsure = [];
    private readonly List<NewEvent> _events = [];
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NewSnapshot> _snapshots = new(StringComparer.Ordinal);

    private bool _hasTags;

    /// <summary>
    /// Takes writes together; <paramref name="known"/> spares the server to look where entities stand. Throws
    /// <see cref="JournalConflictException"/> when a number within them does not follow.
    /// </summary>
    public AppendBatch(IReadOnlyList<AtomicWrite> writes, KnownPositions? known = null)
    {
        _known = known;
        for (var i = 0; i < writes.Count; i++) Add(writes[i]);
    }

    /// <summary>There is nothing to store and nothing to check.</summary>
    public bool IsEmpty => _fences.Count == 0 && _events.Count == 0 && _snapshots.Count == 0;

    /// <summary>There is something that a conflict may concern.</summary>
    public bool HasEvents => _events.Count > 0;

    /// <summary>The command, for one round trip. Its row says what is in the way: see <see cref="Refusal"/>.</summary>
    public NpgsqlCommand ToCommand(NpgsqlConnection connection, string writerUuid, long createdMs)
    {
        var command = new NpgsqlCommand(
            "SELECT conflict, place, stored FROM append_events($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)", connection);
        Add(command, NpgsqlDbType.Text, _fences, fence => fence.Region);
        Add(command, NpgsqlDbType.Integer, _fences, fence => fence.Shard);
        Add(command, NpgsqlDbType.Bigint, _fences, fence => fence.Epoch);
        Add(command, NpgsqlDbType.Text, _unsure, first => first.PersistenceId);
        Add(command, NpgsqlDbType.Bigint, _unsure, first => first.SequenceNumber);
        Add(command, NpgsqlDbType.Text, _events, appended => appended.PersistenceId);
        Add(command, NpgsqlDbType.Bigint, _events, appended => appended.SequenceNumber);
        Add(command, NpgsqlDbType.Text, _events, appended => appended.Manifest);
        Add(command, NpgsqlDbType.Bytea, _events, appended => Bytes(appended.Payload));
        Add<NewEvent, string?>(command, NpgsqlDbType.Text, _hasTags ? _events : [], appended => appended.Tag); // none is NULL for each
        Add(command, NpgsqlDbType.Bigint, _events, Checksum);
        NewSnapshot[] snapshots = [.. _snapshots.Values];
        Add(command, NpgsqlDbType.Text, snapshots, snapshot => snapshot.PersistenceId);
        Add(command, NpgsqlDbType.Bigint, snapshots, snapshot => snapshot.SequenceNumber);
        Add(command, NpgsqlDbType.Text, snapshots, snapshot => snapshot.Manifest);
        Add(command, NpgsqlDbType.Bytea, snapshots, snapshot => Bytes(snapshot.Payload));
        Add(command, NpgsqlDbType.Bigint, snapshots, Checksum);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = createdMs });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = writerUuid });
        return command;
    }

    /// <summary>Why the writes were refused, in the words of every journal; null when they were not.</summary>
    public string? Refusal(string? conflict, long place, long stored) => conflict switch
    {
        null => null,
        "fence" => JournalConflicts.StaleEpoch(_fences[(int)place - 1], stored),
        _ => JournalConflicts.NotNext(_unsure[(int)place - 1], stored),
    };

    /// <summary>The first events of every entity: what another writer may have stored first.</summary>
    public IReadOnlyList<NewEvent> Firsts => _firsts;

    /// <summary>Where every entity stands after the commit.</summary>
    public IReadOnlyDictionary<string, long> Positions => _last;

    private void Add(AtomicWrite write)
    {
        if (write.Fence is { } fence) _fences.Add(fence);
        for (var i = 0; i < write.Events.Count; i++)
        {
            var appended = write.Events[i];
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, appended.PersistenceId, out var isKnown);
            if (!isKnown)
            {
                _firsts.Add(appended);
                if (write.Fence is null || _known is null || _known.Of(appended.PersistenceId) is var highest && (highest == 0 || highest != appended.SequenceNumber - 1))
                    _unsure.Add(appended);
            }
            else if (appended.SequenceNumber != last + 1) throw new JournalConflictException(JournalConflicts.NotNext(appended, last));
            last = appended.SequenceNumber;
            _hasTags |= appended.Tag is not null;
            _events.Add(appended);
        }
        for (var i = 0; i < write.Snapshots.Count; i++)
        {
            var snapshot = write.Snapshots[i];
            ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_snapshots, snapshot.PersistenceId, out var isKnown);
            if (!isKnown || snapshot.SequenceNumber >= newest.SequenceNumber) newest = snapshot;
        }
    }

    internal static void Add<TRow, TValue>(NpgsqlCommand command, NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(rows[i]);
        command.Parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | type });
    }

    /// <summary>The array behind a payload where it is the whole of one, as codecs make them; else a copy.</summary>
    internal static byte[] Bytes(ReadOnlyMemory<byte> payload) =>
        MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();

    private static long Checksum(NewEvent e) => RowChecksum.Of(e.PersistenceId, e.SequenceNumber, e.Manifest, e.Payload.Span);

    private static long Checksum(NewSnapshot s) => RowChecksum.Of(s.PersistenceId, s.SequenceNumber, s.Manifest, s.Payload.Span);
}
