using System.Globalization;
using System.Reflection;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Persistence.Fingerbank;

/// <summary>An entry of the seed: what devices that send a DHCP list are.</summary>
public sealed record SeedEntry(ApiQuestion Question, ApiDevice Device);

/// <summary>The common devices that the cache holds from the start: <c>data/fingerbank-seed.txt</c>, built in.</summary>
public static class FingerbankSeed
{
    private static readonly HashSet<ApiField> ListOnly = [ApiField.DhcpFingerprint];
    private static readonly Lazy<IReadOnlyList<SeedEntry>> Embedded = new(ReadEmbedded);

    /// <summary>The entries, in the order of the file.</summary>
    public static IReadOnlyList<SeedEntry> Entries => Embedded.Value;

    /// <summary>The question about a DHCP list that belongs to no device in particular; null when the list cannot be one.</summary>
    public static ApiQuestion? QuestionOf(string dhcpFingerprint) =>
        ApiQuestion.Of(MacAddress.None, new ApiSignals { DhcpFingerprint = dhcpFingerprint }, ListOnly);

    /// <summary>Reads lines <c>list | score | path</c>. Throws <see cref="InvalidDataException"/> with the line.</summary>
    public static IReadOnlyList<SeedEntry> Read(TextReader lines)
    {
        var entries = new List<SeedEntry>();
        for (var number = 1; lines.ReadLine() is { } line; number++)
        {
            if (line.AsSpan().Trim() is [] or ['#', ..]) continue;
            if (line.Split('|', StringSplitOptions.TrimEntries) is not [var list, var score, { Length: > 0 } path]
                || !list.Split(',').All(code => byte.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                || !int.TryParse(score, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > 100
                || QuestionOf(list) is not { } question)
                throw new InvalidDataException(
                    $"fingerbank-seed.txt({number}): write 'list | score 0..100 | path', such as '1,3,6 | 60 | Printer/HP Printer'");
            entries.Add(new SeedEntry(question, new ApiDevice(path.Split('/', StringSplitOptions.TrimEntries), value)));
        }
        return entries;
    }

    private static IReadOnlyList<SeedEntry> ReadEmbedded()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("fingerbank-seed.txt")!;
        using var reader = new StreamReader(stream);
        return Read(reader);
    }
}
