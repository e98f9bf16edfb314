using System.IO.Compression;
using System.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// A file to import: text in UTF-8 with or without byte order mark, or what a format needs, perhaps packed with gzip. Everything that is
/// read from it is bounded. It may be opened several times: some formats need two passes.
/// </summary>
public sealed class ImportFile
{
    /// <summary>Bytes read at most, unpacked.</summary>
    public const long MaxBytes = 2L << 30;

    /// <summary>Longest line, in characters.</summary>
    public const int MaxLine = 1 << 16;

    private const int HeadLength = 16 * 1024;

    private readonly Func<Stream> _open;
    private readonly long _limit;
    private readonly Lazy<byte[]> _head;

    /// <summary>A file by this name in messages, opened by <paramref name="open"/>.</summary>
    public ImportFile(string name, Func<Stream> open, long limit = MaxBytes)
    {
        (Name, _open, _limit) = (name, open, limit);
        _head = new Lazy<byte[]>(ReadHead);
    }

    /// <summary>The name, for messages.</summary>
    public string Name { get; }

    /// <summary>Where it is in the file system; null for a stream.</summary>
    public string? Location { get; private init; }

    /// <summary>The first bytes, unpacked, as text: enough to tell what it is.</summary>
    public string Head => Encoding.UTF8.GetString(HeadBytes);

    /// <summary>The first bytes, unpacked, without byte order mark.</summary>
    public ReadOnlySpan<byte> HeadBytes => _head.Value;

    /// <summary>The file at a path.</summary>
    public static ImportFile At(string path) => new(path, () => File.OpenRead(path)) { Location = path };

    /// <summary>Opens the content, unpacked and without byte order mark.</summary>
    public Stream OpenRead()
    {
        try
        {
            var content = new BoundedStream(Unpack(_open()), Name, _limit);
            var start = Start(content, Encoding.UTF8.Preamble.Length);
            return start.AsSpan().SequenceEqual(Encoding.UTF8.Preamble) ? content : new PrefixedStream(start, content);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SignatureImportException($"{Name}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The lines. One that is longer than <see cref="MaxLine"/> is told to <paramref name="problems"/> and left out.</summary>
    public IEnumerable<ImportLine> Lines(ImportProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return ReadLines(problems);
    }

    /// <summary>What to throw where the file cannot be read any further.</summary>
    public SignatureImportException Fault(int line, string what, Exception? inner = null) => new($"{Name}:{line}: {what}", inner);

    private IEnumerable<ImportLine> ReadLines(ImportProblems problems)
    {
        using var reader = new StreamReader(OpenRead(), Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        var lines = new BoundedLines(reader, MaxLine);
        while (lines.Read(out var isCut) is { } text)
        {
            if (isCut) problems.Add(lines.Number, $"the line is longer than {MaxLine} characters");
            else yield return new ImportLine(lines.Number, text);
        }
    }

    private static Stream Unpack(Stream file)
    {
        var start = Start(file, 2);
        var whole = new PrefixedStream(start, file);
        return start is [0x1F, 0x8B] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    private static byte[] Start(Stream stream, int length)
    {
        var start = new byte[length];
        return start[..stream.ReadAtLeast(start, length, throwOnEndOfStream: false)];
    }

    private byte[] ReadHead()
    {
        using var content = OpenRead();
        return Start(content, HeadLength);
    }
}
