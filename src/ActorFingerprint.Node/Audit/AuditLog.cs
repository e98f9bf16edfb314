using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ActorFingerprint.Node.Audit;

/// <summary>
/// <c>audit.log</c> of the node folder: one JSON object a line, appended and flushed to disk before the act is reported as done. Each line
/// carries the SHA-256 of the line before it, so a changed, removed or inserted line breaks the chain. Pseudonyms only (design §9).
/// </summary>
public sealed class AuditLog : IDisposable
{
    /// <summary>What the first line carries instead of a hash.</summary>
    public static readonly string Genesis = new('0', 64);

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private long _sequence;
    private string _previous = Genesis;

    private AuditLog(FileStream file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>The hash that the next line will carry: kept elsewhere, it shows whether lines are missing at the end.</summary>
    public string Head
    {
        get { lock (_gate) return _previous; }
    }

    /// <summary>
    /// Opens or makes the log (mode 0600). A line that a crash left unfinished is cut off and its loss recorded. Throws
    /// <see cref="InvalidDataException"/> when the last line is not an audit line.
    /// </summary>
    public static AuditLog Open(string path, TimeProvider time)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var log = new AuditLog(new FileStream(path, options), time);
        try
        {
            log.Resume();
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Appends one entry; durable on return. Throws <see cref="IOException"/> when it cannot be written.</summary>
    public void Append(AuditEntry entry)
    {
        lock (_gate)
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(
                new AuditLine(_sequence + 1, _time.GetUtcNow(), entry.Event, entry.Actor, entry.Outcome, Redaction.Of(entry.Source),
                    entry.Subject, entry.Detail, _previous),
                AuditJson.Default.AuditLine);
            _file.Write([.. line, (byte)'\n']);
            _file.Flush(flushToDisk: true);
            _sequence++;
            _previous = HashOf(line);
        }
    }

    /// <summary>Reads a log from the start and checks numbers and chain. A log in use may be verified.</summary>
    public static AuditVerification Verify(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        var (count, previous) = (0L, Genesis);
        while (reader.ReadLine() is { } text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            if (AuditLine.TryRead(bytes) is not { } line) return new AuditVerification(count, previous, count + 1, "is not an audit line");
            if (line.Sequence != count + 1) return new AuditVerification(count, previous, count + 1,
                $"has the number {line.Sequence}: lines are missing or out of order");
            if (line.Previous != previous) return new AuditVerification(count, previous, count + 1,
                "does not continue the line before it: one of them was changed");
            (count, previous) = (line.Sequence, HashOf(bytes));
        }
        return new AuditVerification(count, previous, null, null);
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static string HashOf(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    private void Resume()
    {
        var (start, end, cut) = LastLine();
        if (cut > 0) _file.SetLength(end);
        if (end > start)
        {
            var bytes = new byte[end - start - 1];
            _file.Position = start;
            _file.ReadExactly(bytes);
            var line = AuditLine.TryRead(bytes)
                ?? throw new InvalidDataException(
                    $"{_file.Name}: the last line is not an audit line; keep the file aside and start a new one");
            (_sequence, _previous) = (line.Sequence, HashOf(bytes));
        }
        _file.Position = _file.Length;
        if (cut > 0) Append(new AuditEntry("audit.recovered", "node", "ok") { Detail = $"{cut} bytes of an unfinished line removed" });
    }

    /// <summary>Where the last whole line starts, where it ends after its newline, and how many bytes follow that.</summary>
    private (long Start, long End, long Cut) LastLine()
    {
        var end = PreviousNewline(_file.Length) + 1;
        return (end == 0 ? 0 : PreviousNewline(end - 1) + 1, end, _file.Length - end);
    }

    private long PreviousNewline(long before)
    {
        Span<byte> block = stackalloc byte[4096];
        while (before > 0)
        {
            var from = Math.Max(0, before - block.Length);
            var part = block[..(int)(before - from)];
            _file.Position = from;
            _file.ReadExactly(part);
            var at = part.LastIndexOf((byte)'\n');
            if (at >= 0) return from + at;
            before = from;
        }
        return -1;
    }
}
