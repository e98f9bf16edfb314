using System.Globalization;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every row of the names table of the shared corpora, column by column, and nothing beyond them.</summary>
public sealed class NamesGoldenSpecs
{
    private static readonly string[] Columns = ["protocol", "nbns_name", "browser_server", "os_major", "os_minor", "comment", "llmnr_name"];

    [Fact]
    public void Every_row_is_found_and_no_message_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        GoldenTable.Compare<DiscoveryObservation>("lan/expected-names.tsv", Columns, Cell, IsName).Report([]);
    }

    private static bool IsName(DiscoveryObservation found) =>
        found is NetbiosNameObservation or LlmnrObservation or NetbiosDatagramObservation { Datagram.Browser: not null };

    private static string Cell(DiscoveryObservation found, string column) => (column, found) switch
    {
        ("protocol", NetbiosNameObservation) => "NBNS",
        ("protocol", LlmnrObservation) => "LLMNR",
        ("protocol", _) => "BROWSER",
        ("nbns_name", NetbiosNameObservation { Message: var message }) => TableText.Joined(
            [.. message.Questions.Select(Written), .. message.Records.Select(record => Written(record.Name) + Meaning(record))]),
        ("browser_server", NetbiosDatagramObservation { Datagram.Browser: { } browser }) => TableText.Plain(browser.Server),
        ("os_major", NetbiosDatagramObservation { Datagram.Browser: { } browser }) => $"{browser.OsMajor}",
        ("os_minor", NetbiosDatagramObservation { Datagram.Browser: { } browser }) => $"{browser.OsMinor}",
        ("comment", NetbiosDatagramObservation { Datagram.Browser: { } browser }) => TableText.Plain(browser.Comment),
        ("llmnr_name", LlmnrObservation { Message: var message }) =>
            TableText.Joined(message.Questions.Select(question => TableText.Plain(question.Name))),
        _ => "",
    };

    /// <summary>The table writes control bytes and the suffix as two hex digits in angle brackets.</summary>
    private static string Written(NetbiosName name)
    {
        var text = string.Concat(TableText.Plain(name.Name).Select(c => c < ' ' ? Hex(c) : c.ToString()));
        return text + Hex(name.Suffix);
    }

    private static string Hex(int value) => string.Create(CultureInfo.InvariantCulture, $"<{value:x2}>");

    /// <summary>The table adds what a suffix means, to the names of NB records only.</summary>
    private static string Meaning(NetbiosRecord record) => record.Type != 0x20 ? "" : record.Name.Suffix switch
    {
        0x00 => " (Workstation/Redirector)",
        0x01 => " (Browser)",
        0x03 => " (Messenger service/Main name)",
        0x1d => " (Local Master Browser)",
        0x1e => " (Browser Election Service)",
        0x20 => " (Server service)",
        _ => "",
    };
}
