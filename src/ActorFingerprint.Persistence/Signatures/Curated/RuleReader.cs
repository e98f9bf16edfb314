using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Curated;

/// <summary>Reads files of rules for the devices of a tree. A rule may stand once, in whichever file.</summary>
internal sealed partial class RuleReader(DeviceTree devices)
{
    private const int MaxConfidence = 100;

    private static readonly string[] Columns = ["kind", "match", "pattern", "device", "confidence", "origin", "qualifier"];
    private static readonly string[] MessageTypes = ["discover", "request", "inform"];
    private static readonly JsonSerializerOptions TextForm = new() { Converters = { new JsonStringEnumConverter() } };
    private static readonly Dictionary<string, SignatureKind> Kinds = NamesOf<SignatureKind>();
    private static readonly Dictionary<string, SignatureMatch> Matches = NamesOf<SignatureMatch>();

    private readonly HashSet<(SignatureKind, SignatureMatch, string Pattern, string Path, string Qualifier)> _seen = [];
    private readonly List<Signature> _all = [];

    /// <summary>The rules read so far.</summary>
    public IReadOnlyList<Signature> All => _all;

    /// <summary>Adds the rules of a file; throws <see cref="CuratedTableException"/>.</summary>
    public void Read(TableFile file)
    {
        foreach (var row in file.Read(Columns, optional: 1)) _all.Add(RuleOf(row));
    }

    private Signature RuleOf(TableRow row)
    {
        var kind = Named(row, 0, "kind", Kinds);
        var match = Named(row, 1, "match", Matches);
        var pattern = row.Need(2, "pattern");
        var id = row.Need(3, "device");
        var device = devices.Use(id) ?? throw row.Error($"no device '{id}' in {CuratedTables.DevicesFile}");
        if (!int.TryParse(row[4], NumberStyles.None, CultureInfo.InvariantCulture, out var confidence)
            || confidence is < 1 or > MaxConfidence)
            throw row.Error($"confidence must be 1 to {MaxConfidence} (percent)");
        var origin = row.Need(5, "origin");
        if (!Word().IsMatch(origin)) throw row.Error($"'{origin}' is no origin: write one word in lower case");
        var qualifier = row[6] ?? "";
        var isOfMessage = kind is SignatureKind.DhcpList or SignatureKind.DhcpOptions;
        if (qualifier.Length > 0 && !(isOfMessage && MessageTypes.Contains(qualifier)))
            throw row.Error($"qualifier must be {string.Join(", ", MessageTypes)}, and only with lists and options of DHCP");
        if (CaptureGroups(row, match, pattern) < Placeholders(device.Model))
            throw row.Error($"the model '{device.Model}' asks for more than the pattern captures");
        var spelling = match is SignatureMatch.Glob or SignatureMatch.Token ? pattern.ToLowerInvariant() : pattern;
        if (!_seen.Add((kind, match, spelling, device.Path, qualifier))) throw row.Error("this rule stands above or in another file");
        return new Signature(kind, match, pattern, device, confidence, origin) { Qualifier = qualifier };
    }

    private static T Named<T>(TableRow row, int column, string what, Dictionary<string, T> names)
    {
        var name = row.Need(column, what);
        return names.TryGetValue(name, out var value) ? value
            : throw row.Error($"'{name}' is no {what}: write one of {string.Join(", ", names.Keys)}");
    }

    /// <summary>How many texts a pattern gives to the model; refuses one that is not well formed.</summary>
    private static int CaptureGroups(TableRow row, SignatureMatch match, string pattern)
    {
        if (match == SignatureMatch.Glob)
        {
            var stars = 0;
            for (var i = 0; i < pattern.Length; i++)
                if (pattern[i] == '*') stars++;
                else if (pattern[i] == '\\' && ++i == pattern.Length) throw row.Error("a backslash at the end: write two for one");
            return stars;
        }
        if (match != SignatureMatch.Regex) return 0;
        if (Backtracking().IsMatch(pattern)) throw row.Error("the expression looks around or back: it could not be matched in linear time");
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant).GetGroupNumbers().Length - 1;
        }
        catch (ArgumentException error)
        {
            throw row.Error($"the expression cannot be used: {error.Message}");
        }
    }

    private static int Placeholders(string? model) =>
        model is null ? 0 : Placeholder().Matches(model).Select(found => found.Value[1] - '0').DefaultIfEmpty().Max();

    private static Dictionary<string, T> NamesOf<T>() where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(value => JsonSerializer.SerializeToElement(value, TextForm).GetString()!);

    [GeneratedRegex(@"\A[a-z][a-z0-9-]*\z")]
    private static partial Regex Word();

    /// <summary>Look-around, atomic groups, back references.</summary>
    [GeneratedRegex(@"\(\?<?[=!>]|\\[1-9k]")]
    private static partial Regex Backtracking();

    [GeneratedRegex(@"\$[0-9]")]
    private static partial Regex Placeholder();
}
