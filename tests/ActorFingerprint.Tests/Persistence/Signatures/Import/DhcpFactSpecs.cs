using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Import;

/// <summary>What the public databases say of the shared captures' DHCP messages, worked out from the imported signatures.</summary>
public sealed class DhcpFactSpecs
{
    private static readonly Lazy<IReadOnlyList<Fact>> Facts = new(ReadFacts);

    [Fact]
    public void Satori_s_lists_and_vendor_classes_give_satori_s_answers()
    {
        var rules = Imported.Shared("satori/dhcp.xml").Signatures.ToList();
        var facts = Facts.Value.Where(fact => fact.Database == "satori" && fact.Evidence is "option55" or "option60").ToList();
        Assert.True(facts.Count > 250);
        foreach (var fact in facts)
        {
            var (kind, match) = (fact.Evidence == "option55" ? SignatureKind.DhcpList : SignatureKind.DhcpVendorClass,
                fact.Match == "exact" ? SignatureMatch.Exact : SignatureMatch.Glob);
            var found = rules.Where(rule => rule.Kind == kind && rule.Match == match && rule.Qualifier == fact.Type
                && Fits(rule, fact.Value));
            AssertSame(fact, found.Select(rule => $"{rule.Device.Name}:{Weight(rule, 1)}"));
        }
    }

    [Fact]
    public void Satori_s_option_orders_give_its_answers_with_and_without_the_end_of_options()
    {
        var rules = Imported.Shared("satori/dhcp.xml").Signatures.Where(rule => rule.Kind == SignatureKind.DhcpOptions).ToList();
        var frames = Facts.Value.Where(fact => fact.Evidence.StartsWith("option-order", StringComparison.Ordinal))
            .GroupBy(fact => (fact.Capture, fact.Frame, fact.Type, Order: OrderOf(fact.Value))).ToList();
        Assert.True(frames.Count > 100);
        foreach (var frame in frames)
        {
            var found = rules.Where(rule => rule.Qualifier == frame.Key.Type && rule.Pattern == frame.Key.Order)
                .Select(rule => $"{rule.Device.Name}:{Weight(rule, 1)}");
            Assert.Equal(frame.SelectMany(fact => fact.Results).Order().Distinct(), found.Order().Distinct());
        }
    }

    [Fact]
    public void Satori_s_tests_of_any_type_are_used_with_less_confidence()
    {
        var rules = Imported.Shared("satori/dhcp.xml").Signatures.Where(rule =>
            rule is { Kind: SignatureKind.DhcpList, Qualifier: "" }).ToList();
        var facts = Facts.Value.Where(fact => fact.Database == "satori-any-not-consulted-by-satori-py").ToList();
        Assert.NotEmpty(facts);
        foreach (var fact in facts)
            AssertSame(fact, rules.Where(rule => rule.Pattern == fact.Value).Select(rule => $"{rule.Device.Name}:{Weight(rule, 0.8)}"));
    }

    [Fact]
    public void The_list_of_2015_gives_its_answers()
    {
        var rules = Imported.Shared("packetfence/dhcp_fingerprints.conf").Signatures.Where(rule =>
            rule.Kind == SignatureKind.DhcpList).ToList();
        foreach (var fact in Facts.Value.Where(fact => fact.Database == "packetfence-2015"))
            AssertSame(fact, rules.Where(rule => rule.Pattern == fact.Value).Select(rule => rule.Device.Name));
    }

    [Fact]
    public void Kyd_s_list_gives_its_answers()
    {
        var rules = Imported.Shared("kyd/dhcp-db.txt").Signatures.ToList();
        foreach (var fact in Facts.Value.Where(fact => fact.Database == "kyd"))
            AssertSame(fact, rules.Where(rule => rule.Pattern == fact.Value)
                .Select(rule => $"{string.Join('/', DevicePath.Split(rule.Device.Path))}:{rule.Confidence}"));
    }

    [Fact]
    public void Prads_s_entries_match_where_all_their_signatures_do()
    {
        var entries = Imported.Shared("prads/dhcp.fp").Entries.Where(entry => entry.Signatures.Count > 0).ToList();
        var expected = Facts.Value.Where(fact => fact.Database == "prads").ToList();
        Assert.Equal(4, expected.Count);
        var known = Facts.Value.Select(fact => (fact.Capture, fact.Frame)).ToHashSet();
        var found = new List<string>();
        foreach (var fields in Rows("expected.tsv"))
        {
            if (!known.Contains((fields[0], fields[1]))) continue;
            var (order, type, list, vendor) = (OrderOf(fields[21]), fields[9].ToLowerInvariant(), fields[10], fields[11]);
            foreach (var entry in entries)
                if (entry.Signatures.All(rule => rule.Qualifier == type && rule.Pattern == rule.Kind switch
                {
                    SignatureKind.DhcpOptions => order,
                    SignatureKind.DhcpList => list,
                    _ => vendor,
                })) found.Add($"{fields[0]} {fields[1]} {entry.Signatures[0].Device.Name}");
        }
        Assert.Equal(expected.Select(fact => $"{fact.Capture} {fact.Frame} {fact.Results[0]}").Order(), found.Distinct().Order());
    }

    /// <summary>The codes as devices' values have them: without END and what is behind it, a run of pads as one.</summary>
    private static string OrderOf(string codes)
    {
        var kept = codes.Split(',').TakeWhile(code => code != "255").ToList();
        return string.Join(',', kept.Where((code, at) => code != "0" || at == 0 || kept[at - 1] != "0"));
    }

    private static void AssertSame(Fact fact, IEnumerable<string> found) =>
        Assert.True(fact.Results.ToHashSet().SetEquals(found), $"{fact}: {string.Join('|', fact.Results)}, not {string.Join('|', found)}");

    private static int Weight(Signature rule, double share) => (int)Math.Round(rule.Confidence / share / 10, MidpointRounding.AwayFromZero);

    private static bool Fits(Signature rule, string value)
    {
        if (rule.Match == SignatureMatch.Exact) return rule.Pattern == value;
        var text = new System.Text.StringBuilder();
        for (var i = 1; i < rule.Pattern.Length - 1; i++) text.Append(rule.Pattern[i] == '\\' ? rule.Pattern[++i] : rule.Pattern[i]);
        return value.Contains(text.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static IReadOnlyList<Fact> ReadFacts() =>
        [.. Rows("identification.tsv").Select(fields =>
            new Fact(fields[0], fields[1], fields[3].ToLowerInvariant(), fields[4], fields[5], fields[6], fields[7],
                fields[8].Split('|')))];

    private static IEnumerable<string[]> Rows(string file)
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        return File.ReadLines(Path.Combine(Repository.Shared!, "corpus", "dhcp", file)).Skip(1).Select(line => line.Split('\t'));
    }

    private sealed record Fact(string Capture, string Frame, string Type, string Database, string Evidence, string Value, string Match,
        IReadOnlyList<string> Results);
}
