using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Engine.Runs;

/// <summary>
/// Writes the run log of one source. One writer at a time: a second one loses on the sequence number and is told so.
/// </summary>
public sealed class RunLog
{
    /// <summary>Tag of its events.</summary>
    public const string Tag = "run";

    private readonly CommitCoordinator _commits;
    private readonly string? _persistenceId;
    private long _sequenceNumber;

    /// <param name="commits">Where events go.</param>
    /// <param name="persistenceId">Null when the journal keeps no events: the log is as old as the process then.</param>
    private RunLog(CommitCoordinator commits, string? persistenceId) => (_commits, _persistenceId) = (commits, persistenceId);

    /// <summary>What happened to the source so far.</summary>
    public RunHistory History { get; private set; } = RunHistory.Empty;

    /// <summary>The persistence id of a source's log: its name is hashed because it may be any path.</summary>
    public static string PersistenceIdOf(string source) =>
        "run-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 16));

    /// <summary>Reads the log of a source.</summary>
    public static async Task<RunLog> OpenAsync(string source, IJournal journal, CommitCoordinator commits, CancellationToken stop)
    {
        var log = new RunLog(commits, journal.KeepsEvents ? PersistenceIdOf(source) : null);
        if (log._persistenceId is null) return log;
        await foreach (var stored in journal.ReplayAsync(log._persistenceId, 1, stop))
        {
            if (RunEventCodec.Decode(stored.Manifest, stored.Payload.Span) is { } @event) log.History = log.History.Evolve(@event);
            log._sequenceNumber = stored.SequenceNumber;
        }
        return log;
    }

    /// <summary>Appends an event; durable when the task completes.</summary>
    public async Task AppendAsync(RunEvent @event)
    {
        if (_persistenceId is not null)
        {
            var (manifest, payload) = RunEventCodec.Encode(@event);
            await _commits.CommitAsync(new AtomicWrite(null, [new NewEvent(_persistenceId, _sequenceNumber + 1, manifest, payload, Tag)], []));
            _sequenceNumber++;
        }
        History = History.Evolve(@event);
    }
}
