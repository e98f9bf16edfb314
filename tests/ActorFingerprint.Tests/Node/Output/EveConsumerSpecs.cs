using System.Collections;
using System.Diagnostics;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Node;
using Xunit;

namespace ActorFingerprint.Tests.Node.Output;

/// <summary>Filters as people write them for Suricata's EVE, run by jq over the events of the sample capture.</summary>
public sealed class EveConsumerSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _errors = "";

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("every line is an event with a time, a type and a place", "-e", "select((.timestamp | test(\"^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\dT\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d\\\\.\\\\d{6}\\\\+0000$\")) and (.event_type | type == \"string\") and .pcap_cnt > 0 | not)", false)]
    [InlineData("JA3 and JA4 of client hellos by name", "-r", "select(.event_type == \"tls\" and .tls.ja3) | [.src_ip, .tls.sni, .tls.ja3.hash, .tls.ja4] | @tsv", true)]
    [InlineData("JA3S", "-r", "select(.event_type == \"tls\") | .tls.ja3s.hash // empty", true)]
    [InlineData("who asks for what over DHCP", "-r", "select(.event_type == \"dhcp\" and .dhcp.dhcp_type == \"discover\") | [.dhcp.client_mac, (.dhcp.params | join(\",\"))] | @tsv", true)]
    [InlineData("addresses that were given", "-r", "select(.dhcp.dhcp_type == \"ack\" and .dhcp.type == \"reply\") | [.dhcp.client_mac, .dhcp.assigned_ip, .dhcp.id] | @tsv", true)]
    [InlineData("hosts that ask by name", "-r", "select(.event_type == \"dhcp\") | .dhcp.hostname // empty", true)]
    [InlineData("flows of TLS have both ids and ports", "-e", "select(.event_type == \"tls\" and ((.flow_id | type) != \"number\" or (.community_id | startswith(\"1:\") | not) or .dest_port == null or .proto != \"TCP\"))", false)]
    public async Task A_filter_written_for_suricata_works(string what, string option, string filter, bool finds)
    {
        var found = await JqAsync(await ScanAsync(), option, filter);
        Assert.True(found.Length > 0 == finds, $"{what}: {filter} gave\n{found}");
    }

    [Fact]
    public async Task Both_hellos_of_a_connection_have_one_flow_id()
    {
        var pairs = await JqAsync(await ScanAsync(), "-s", "map(select(.event_type == \"tls\")) | group_by(.flow_id) | map(select(any(.tls.ja3) and any(.tls.ja3s))) | length");
        Assert.True(int.Parse(pairs, System.Globalization.CultureInfo.InvariantCulture) > 10);
    }

    [Fact]
    public async Task A_value_of_a_watchlist_is_an_alert_beside_its_event_and_a_line_of_the_summary()
    {
        var list = _folder.File("list.txt");
        File.WriteAllLines(list, ["# DHCP of a storage box", "1,3,6,12,15,28,42 storage"]);
        var path = await ScanAsync("--watchlist", list);
        var alerts = await JqAsync(path, "-r", "select(.event_type == \"alert\" and .alert.category == \"Watchlist\") | [.alert.signature, .app_proto, .dhcp.client_mac, .src_port] | @tsv");
        Assert.Equal("storage: dhcp=1,3,6,12,15,28,42\tdhcp\t00:11:32:03:5c:a0\t68", alerts.Split('\n')[0]);
        var count = alerts.Split('\n').Length;
        Assert.Equal(count, int.Parse(await JqAsync(path, "-s", "map(select(.dhcp.option55 == [1,3,6,12,15,28,42] and .event_type == \"dhcp\")) | length"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains($"actorfp: {count} × watchlist hit: dhcp", _errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watchlist_that_cannot_be_read_ends_the_scan_with_file_and_line()
    {
        var list = _folder.File("list.txt");
        File.WriteAllLines(list, ["nonsense"]);
        await ScanAsync(ExitCodes.Usage, "--watchlist", list);
        Assert.StartsWith($"actorfp: {list}:1: 'nonsense' looks like", _errors, StringComparison.Ordinal);
    }

    private Task<string> ScanAsync(params string[] options) => ScanAsync(ExitCodes.Ok, options);

    private async Task<string> ScanAsync(int expected, params string[] options)
    {
        var errors = new StringWriter { NewLine = "\n" };
        var path = _folder.File("eve.json");
        await using var output = File.Create(path);
        var console = new CliConsole
        {
            Out = new StreamWriter(output) { NewLine = "\n", AutoFlush = true },
            Error = errors,
            In = TextReader.Null,
            OutStream = output,
            InStream = Stream.Null,
        };
        var context = new CliContext(console, new NodeComposition(TimeProvider.System), new Hashtable { ["HOME"] = _folder.Path }, TimeProvider.System);
        string[] arguments = ["scan", Path.Combine(Repository.Root, "samples", "home.pcapng"), "--format", "eve", .. options];
        Assert.Equal(expected, await CommandLine.RunAsync(context, arguments, TestContext.Current.CancellationToken));
        _errors = errors.ToString();
        return path;
    }

    private static async Task<string> JqAsync(string file, params string[] arguments)
    {
        Assert.SkipWhen(!File.Exists("/usr/bin/jq"), "jq is not installed; tools/test installs it");
        using var jq = Process.Start(new ProcessStartInfo("/usr/bin/jq", [.. arguments, file]) { RedirectStandardOutput = true })!;
        var output = await jq.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await jq.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.InRange(jq.ExitCode, 0, 4); // 4: -e without output; above 4 the filter or the input is wrong
        return output.Trim();
    }
}
