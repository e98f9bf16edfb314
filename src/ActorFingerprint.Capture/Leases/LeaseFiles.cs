using System.Security;
using System.Text;

namespace ActorFingerprint.Capture.Leases;

/// <summary>Files of one format.</summary>
/// <param name="Path">A file, or a folder of which every file is read.</param>
/// <param name="Format">The name of the format: <c>dnsmasq</c>, <c>dhcpd</c>, <c>kea</c>, <c>networkd</c>, <c>macos</c>.</param>
public sealed record LeaseFiles(string Path, string Format)
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private static readonly Dictionary<string, LeaseReader> Readers = new(StringComparer.Ordinal)
    {
        ["dnsmasq"] = DnsmasqLeases.Read,
        ["dhcpd"] = DhcpdLeases.Read,
        ["kea"] = KeaLeases.Read,
        ["networkd"] = NetworkdLeases.Read,
        ["macos"] = MacLeases.Read,
    };

    /// <summary>The formats there are.</summary>
    public static IReadOnlyCollection<string> Formats => Readers.Keys;

    /// <summary>The folder to watch for changes.</summary>
    public string Folder => Directory.Exists(Path) ? Path : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? Path;

    /// <summary>
    /// The files that are there, in the order in which they count: Kea's clean-up leaves the older part of its leases beside the file as
    /// <c>.2</c>, or in the course of it as <c>.1</c>.
    /// </summary>
    public IReadOnlyList<string> Existing()
    {
        try
        {
            if (Directory.Exists(Path))
                return [.. Directory.GetFiles(Path).Where(file => !System.IO.Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SecurityException)
        {
            return [Path]; // reading it will tell why
        }
        string[] parts = Format == "kea" ? [Path + ".2", Path + ".1", Path] : [Path];
        return [.. parts.Where(File.Exists)];
    }

    /// <summary>Reads one of the files. Throws <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.</summary>
    public async Task<LeaseReading> ReadAsync(string file, CancellationToken stop)
    {
        await using var stream = new FileStream(file, new FileStreamOptions
        {
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        });
        if (stream.Length > MaxLength)
        {
            var tooLong = new LeaseReading();
            tooLong.Fault(0, $"is longer than {MaxLength / (1024 * 1024)} MiB and was not read");
            return tooLong;
        }
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Readers[Format](await reader.ReadToEndAsync(stop));
    }
}
