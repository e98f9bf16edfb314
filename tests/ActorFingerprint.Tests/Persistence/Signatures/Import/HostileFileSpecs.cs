using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Import;

public sealed class HostileFileSpecs
{
    private const string Satori = "<DHCP><fingerprints><fingerprint name=\"A\"><dhcp_tests>"
        + "<test weight=\"5\" matchtype=\"exact\" dhcptype=\"Discover\""
            + " dhcpoption55=\"1,3,6\"/></dhcp_tests></fingerprint></fingerprints></DHCP>";

    [Fact]
    public void A_document_type_is_refused_and_no_entity_grows()
    {
        const string Laughs = "<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><DHCP><fingerprint name=\"&b;\"/></DHCP>";
        Assert.Null(Importers.Find(Imported.FileOf(Encoding.UTF8.GetBytes(Laughs), "laughs.xml")));
        var error = Assert.Throws<SignatureImportException>(() => Imported.As("satori", Laughs));
        Assert.StartsWith("sample:1: ", error.Message, StringComparison.Ordinal);
        const string Behind = "<DHCP>\n<fingerprint name=\"&b;\"/></DHCP>";
        Assert.StartsWith("sample:2: no well-formed XML",
            Assert.Throws<SignatureImportException>(() => Imported.As("satori", Behind)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_end_is_told_and_left_out()
    {
        var read = Imported.As("nmap", "000001 Good\n" + new string('A', 10_000_000) + "\n000002 Good too\n");
        Assert.Equal(["000001", "000002"], read.Signatures.Select(rule => rule.Pattern));
        Assert.Equal(2, Assert.Single(read.Problems.Listed).Line);
    }

    [Fact]
    public void What_is_packed_is_unpacked_up_to_a_limit()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest,
            leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes("\uFEFF" + Satori));
        Assert.Single(Imported.Bytes(packed.ToArray(), "dhcp.xml.gz").Signatures);

        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 64; i++) gzip.Write(new byte[1 << 20]);
        var file = new ImportFile("bomb.gz", () => new MemoryStream(bomb.ToArray()), limit: 8 << 20);
        var error = Assert.Throws<SignatureImportException>(() => Importers.Named("nmap")!.Read(file, new ImportProblems()).Count());
        Assert.StartsWith("bomb.gz: more than 8 MiB when unpacked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_gzip_data_is_an_error_of_the_file()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true)) gzip.Write(new byte[100_000]);
        var bytes = packed.ToArray();
        bytes[10] = 0xFF;
        Assert.Contains("gzip data is damaged", Assert.Throws<SignatureImportException>(() => Imported.Bytes(bytes, "x.gz")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error_that_names_it()
    {
        var error = Assert.Throws<SignatureImportException>(() => Importers.Find(ImportFile.At("/nowhere/dhcp.xml")));
        Assert.StartsWith("/nowhere/dhcp.xml: cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_are_counted_without_end_and_kept_up_to_a_hundred()
    {
        var read = Imported.As("nmap", string.Concat(Enumerable.Repeat("zz nothing\n", 5000)));
        Assert.Equal(5000, read.Problems.Count);
        Assert.Equal(ImportProblems.MaxListed, read.Problems.Listed.Count);
        for (var i = 0; i < 500; i++) read.Problems.CountUnused($"reason {i}");
        Assert.True(read.Problems.Unused.Count <= 101);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("(x+x+)+y")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData("((a{1,100}){1,100}){1,100}b")]
    [InlineData("(?=(a+)+$)b")]
    [InlineData(@"^(a+)+\1$")]
    public void No_expression_takes_long_on_any_text(string pattern)
    {
        Assert.True(SignatureExpression.TryCreate(pattern, out var expression, out _));
        var clock = Stopwatch.StartNew();
        foreach (var letter in "ax") expression.Find(new string(letter, 500) + "!");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{pattern}: {clock.Elapsed}");
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a{2,1}")]
    [InlineData("[z-a]")]
    public void What_is_no_expression_is_told(string pattern)
    {
        Assert.False(SignatureExpression.TryCreate(pattern, out _, out var problem));
        Assert.StartsWith("no regular expression", problem, StringComparison.Ordinal);
        var read = Imported.Text($"<fingerprints matches=\"http_header.server\">\n<fingerprint pattern=\"{pattern}\"/></fingerprints>");
        Assert.Equal(2, Assert.Single(read.Problems.Listed).Line);
    }

    [Fact]
    public void An_expression_of_any_length_is_refused_above_a_limit() =>
        Assert.False(SignatureExpression.TryCreate(new string('a', SignatureExpression.MaxLength + 1), out _, out _));

    [Theory]
    [InlineData("ieee", "Registry,Assignment,Organization Name,Organization Address\nMA-L,000000,\"never closed\n", "quote is not closed")]
    [InlineData("oui-data", "{\"000000\": \"a\",\n\"000001\" }", "sample:2: no JSON")]
    [InlineData("tls-json", "[{\"ja3\": ", "no JSON")]
    [InlineData("tls-csv", "a,b,c\n", "sample:1: no column")]
    [InlineData("p0f", "something else\n", "sample:1: no p0f v3")]
    [InlineData("packetfence", "something else\n", "sample:1: no PacketFence")]
    [InlineData("recog", "<DHCP/>", "sample:1: no recog")]
    [InlineData("satori", "plain text", "sample:1: no Satori")]
    [InlineData("fingerbank", "INSERT INTO device VALUES('never closed", "quote is not closed")]
    [InlineData("fingerbank", "SELECT 1;", "no devices")]
    public void A_file_of_another_kind_is_an_error_with_its_line(string format, string text, string message) =>
        Assert.Contains(message, Assert.Throws<SignatureImportException>(() => Imported.As(format, text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Every_importer_survives_noise()
    {
        var random = new Random(4);
        string[] seeds = [Satori, "[tcp:request]\nlabel = s:unix:Linux:\nsig = *:64:0:*:*,0:mss::0",
            "[os 100]\ndescription=x\nfingerprints=<<EOT\n1,3\nEOT",
            "1:64:53,255:1,3:.:Linux:x", "Registry,Assignment,Organization Name\nMA-L,000000,x", "{\"000000\":\"x\"}",
                "[{\"ja3\":\"x\",\"app\":1}]",
            "CREATE TABLE device(id,name);INSERT INTO device VALUES(1,'x');INSERT INTO combination(id) VALUES(1);"];
        foreach (var importer in Importers.All)
            for (var round = 0; round < 60; round++)
            {
                var bytes = Encoding.UTF8.GetBytes(seeds[round % seeds.Length]);
                for (var i = 0; i < 1 + round / 8; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                var file = Imported.FileOf(bytes, "noise");
                try
                {
                    _ = importer.Recognises(file);
                    foreach (var entry in importer.Read(file, new ImportProblems())) Assert.All(entry.Signatures, rule =>
                        Assert.NotEmpty(rule.Pattern));
                }
                catch (SignatureImportException)
                {
                    continue;
                }
            }
    }
}
