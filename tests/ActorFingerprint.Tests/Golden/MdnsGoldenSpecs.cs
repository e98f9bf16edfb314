using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Every row of the multicast DNS table of the shared corpora, column by column, and nothing beyond them.</summary>
public sealed class MdnsGoldenSpecs
{
    private static readonly string[] Columns =
    [
        "ip6_src", "response", "qry_names", "resp_names", "resp_types", "ptr_targets", "srv_targets", "srv_ports", "a", "aaaa", "txt",
    ];

    [Fact]
    public void Every_row_is_found_and_no_message_beyond_them()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        GoldenTable.Compare<MdnsObservation>("lan/expected-mdns.tsv", Columns, Cell).Report([]);
    }

    private static string Cell(MdnsObservation found, string column)
    {
        var records = found.Message.Records;
        return column switch
        {
            "ip6_src" => found.Source.IsV6 ? found.Source.ToString() : "",
            "response" => found.Message.IsResponse ? "1" : "0",
            "qry_names" => TableText.Joined(found.Message.Questions.Select(question => Name(question.Name))),
            // The table has the owner of SRV in parts and elsewhere, and the types that NSEC lists behind the type of NSEC itself.
            "resp_names" => TableText.Joined(records.Where(record => record.Type != 33).Select(record => Name(record.Name))),
            "resp_types" => TableText.Joined(records.SelectMany(TypesOf).Select(type => $"{type}")),
            "ptr_targets" => TableText.Joined(records.Where(record => record.Type == 12).Select(record => Name(record.Target))),
            "srv_targets" => TableText.Joined(records.Where(record => record.Type == 33).Select(record => Name(record.Target))),
            "srv_ports" => TableText.Joined(records.Where(record => record.Type == 33).Select(record => $"{record.Port}")),
            "a" => TableText.Joined(records.Where(record => record.Type == 1).Select(record => record.Address.ToString())),
            "aaaa" => TableText.Joined(records.Where(record => record.Type == 28).Select(record => record.Address.ToString())),
            "txt" => TableText.Joined(records.SelectMany(record => record.Text ?? []).Select(TableText.Plain)),
            _ => throw new ArgumentOutOfRangeException(nameof(column)),
        };
    }

    private static ushort[] TypesOf(DnsRecord record) => [record.Type, .. record.Types ?? []];

    private static string Name(string? name) => name == "." ? "<Root>" : TableText.Plain(name);
}
