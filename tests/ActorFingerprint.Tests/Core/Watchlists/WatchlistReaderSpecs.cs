using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;
using Xunit;

namespace ActorFingerprint.Tests.Core.Watchlists;

public sealed class WatchlistReaderSpecs
{
    private const string Hash = "e7d705a3286e19ea42f587b344ee6865";

    [Fact]
    public void Comments_and_empty_lines_are_passed_over_and_labels_follow_a_blank() =>
        Assert.Equal(
            [new WatchlistEntry(WatchlistType.Ja4, "t13d1516h2_8daaf6152771_02713d6af862", "a common browser"), new WatchlistEntry(WatchlistType.Sni, "bad.example", "")],
            Read("# list", "", "  t13d1516h2_8daaf6152771_02713d6af862\ta common browser ", "bad.example."));

    [Theory]
    [InlineData("t13d1516h2_8daaf6152771_02713d6af862", "ja4")]
    [InlineData("q13i0310h3_55b375c5d22e_cd85d2d88918", "ja4")]
    [InlineData("T10I110000_F64CD31F2D61_02713D6AF862", "ja4")]
    [InlineData(Hash, "hassh,hassh-server,ja3,ja3s")]
    [InlineData("1,3,6,15", "dhcp")]
    [InlineData("xn--bcher-kva.example", "sni")]
    public void The_form_tells_the_type(string value, string types) =>
        Assert.Equal(types, string.Join(',', Read(value).Select(entry => entry.Type.Name).Order(StringComparer.Ordinal)));

    [Fact]
    public void A_type_of_the_file_goes_before_the_form() =>
        Assert.Equal([new WatchlistEntry(WatchlistType.Ja3S, Hash, "x")], Read(WatchlistType.Ja3S, Hash + " x"));

    [Fact]
    public void Json_lines_name_their_type_and_may_stand_between_plain_ones() =>
        Assert.Equal(
            [
                new WatchlistEntry(WatchlistType.Of(FactKind.UserAgent), "Some Agent/1.0 (x)", "a tool"),
                new WatchlistEntry(WatchlistType.Dhcp, "1,3,6", ""),
                new WatchlistEntry(WatchlistType.Sni, "c.example", ""),
            ],
            Read("""{"type":"user-agent","value":"Some Agent/1.0 (x)","label":"a tool","since":2024}""", """{"value":"1, 3,06"}""", "c.example"));

    [Theory]
    [InlineData("hello", "list.txt:2: 'hello' looks like no JA4, MD5, DHCP list or host name: name the type of the file (ja3=FILE) or write JSON lines")]
    [InlineData("""{"type":"ja9","value":"x"}""", "list.txt:2: 'ja9' is no type: write one of address-conflict, ")]
    [InlineData("""{"type":"ja4","value":"x"}""", "list.txt:2: 'x' is no ja4: write it as t13d1516h2_8daaf6152771_02713d6af862")]
    [InlineData("""{"type":"ja3","value":"e7d7"}""", "list.txt:2: 'e7d7' is no ja3: write 32 hex digits")]
    [InlineData("""{"type":"dhcp","value":"1,300"}""", "list.txt:2: '1,300' is no list of option codes: write 1,3,6,15")]
    [InlineData("""{"label":"x"}""", "list.txt:2: no \"value\": write ")]
    [InlineData("""{"type":"ja4",""", "list.txt:2: not JSON: write {\"type\":\"ja4\",\"value\":\"…\",\"label\":\"…\"}")]
    [InlineData("""{"type":"watchlist-hit","value":"x"}""", "list.txt:2: 'watchlist-hit' is no type")]
    public void What_cannot_be_read_is_told_with_file_and_line(string line, string problem)
    {
        var error = Assert.Throws<WatchlistException>(() => Read("# a list", line));
        Assert.StartsWith(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_labels_values_and_lists_are_bounded()
    {
        Assert.Contains("the label is longer", Assert.Throws<WatchlistException>(() => Read("a.example " + new string('x', 201))).Message, StringComparison.Ordinal);
        Assert.Contains("longer than 8192", Assert.Throws<WatchlistException>(() => Read("a.example " + new string('x', 9000))).Message, StringComparison.Ordinal);
        Assert.Contains("longer than 1024", Assert.Throws<WatchlistException>(() => Read(WatchlistType.Sni, new string('x', 1025))).Message, StringComparison.Ordinal);
        var many = Enumerable.Range(0, WatchlistReader.MaxEntries + 1).Select(n => $"h{n}.example");
        Assert.Contains(":1000001: more than 1000000 entries", Assert.Throws<WatchlistException>(() => Read(null, [.. many])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_fact_but_a_hit_has_a_name()
    {
        foreach (var kind in Enum.GetValues<FactKind>().Except([FactKind.WatchlistHit]))
        {
            Assert.True(WatchlistType.TryParse(WatchlistType.Of(kind).Name, out var type));
            Assert.Equal(WatchlistType.Of(kind), type);
        }
    }

    private static List<WatchlistEntry> Read(params string[] lines) => Read(null, lines);

    private static List<WatchlistEntry> Read(WatchlistType? type, params string[] lines)
    {
        var entries = new List<WatchlistEntry>();
        WatchlistReader.Read(lines, "list.txt", type, entries);
        return entries;
    }
}
