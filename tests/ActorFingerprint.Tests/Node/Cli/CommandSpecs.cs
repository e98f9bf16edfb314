using System.CommandLine;
using System.Text.Json;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Persistence.Store;
using Xunit;

namespace ActorFingerprint.Tests.Node.Cli;

public sealed class CommandSpecs : IDisposable
{
    private const string Printer = "00:1e:c2:00:00:01";
    private readonly CliHarness _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Every_command_has_help_with_its_description_and_the_exit_codes()
    {
        foreach (var path in Paths(CommandLine.Build(new CliContext(null!, null!, null!, TimeProvider.System)), []))
        {
            Assert.Equal(0, await _cli.RunAsync([.. path, "--help"]));
            Assert.Contains("Usage:", _cli.Out, StringComparison.Ordinal);
            Assert.Contains("130 interrupted", _cli.Out, StringComparison.Ordinal);
            Assert.Equal("", _cli.Error);
        }
        Assert.Equal(0, await _cli.RunAsync("scan", "--help"));
        Assert.Contains("actorfp scan home.pcapng --store ./store", _cli.Out, StringComparison.Ordinal);

        static IEnumerable<string[]> Paths(Command command, string[] path) =>
            command.Subcommands.SelectMany(c => Paths(c, [.. path, c.Name])).Prepend(path);
    }

    [Fact]
    public void The_first_argument_makes_its_command_alone_and_any_other_makes_all()
    {
        var context = new CliContext(null!, null!, null!, TimeProvider.System);
        var all = CommandLine.Build(context).Subcommands.Select(command => command.Name).ToList();
        Assert.Equal(all.Distinct(), all);
        foreach (var name in all) Assert.Equal([name], CommandLine.Build(context, name).Subcommands.Select(command => command.Name));
        foreach (var other in new[] { "--json", "frobnicate", "" }) Assert.Equal(all, CommandLine.Build(context, other).Subcommands.Select(command => command.Name));
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("frobnicate")]
    [InlineData("scan a.pcap --format xml")]
    [InlineData("scan a.pcap --stroe x")]
    [InlineData("run --onec")]
    [InlineData("journal inspect --limit 0 --folder .")]
    [InlineData("scan a.pcap --lanes many")]
    [InlineData("scan a.pcap --protocols dhcp,ftp")]
    [InlineData("scan a.pcap --observations --format csv")]
    [InlineData("devices show not-a-device --folder .")]
    [InlineData("journal replay --folder .")]
    [InlineData("journal replay --rebuild --as-of 2026-01-01 --folder .")]
    [InlineData("journal replay --rebuild --workers 65 --folder .")]
    [InlineData("journal replay --classify --workers 2 --folder .")]
    [InlineData("journal replay --as-of 2026-01-01 --restart --folder .")]
    [InlineData("clear")]
    [InlineData("config show --set port")]
    [InlineData("config show --set http.port=x")]
    [InlineData("config check --config none.conf")]
    public async Task A_wrong_command_line_is_2_with_one_line_that_says_what(string line)
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(line.Split(' ')));
        Assert.StartsWith("actorfp: ", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("", _cli.Out);
    }

    [Theory]
    [InlineData("scan a.pcap --format xml", "actorfp: --format xml: write one of table, json, jsonl, csv, eve")]
    [InlineData("scan a.pcap --lanes many", "actorfp: --lanes many: write a whole number")]
    [InlineData("scan a.pcap --stroe", "actorfp: --stroe: no such option; for a file of this name write ./--stroe")]
    [InlineData("devices list --limit 0 --folder .", "actorfp: --limit is 1..1000")]
    [InlineData("devices list --offset -1 --folder .", "actorfp: --offset is 0 or more")]
    [InlineData("devices list --seen-after foo --folder .", "actorfp: --seen-after is a time such as 2026-01-31T12:00:00Z")]
    [InlineData("devices list --sort foo --folder .",
        "actorfp: --sort is one of key, vendor, label, type, first_seen, last_seen, packets_total, with a leading - for descending")]
    [InlineData("clear --yes --folder .", "actorfp: clear: say what to remove: --captured")]
    [InlineData("journal import none.jsonl --folder .", "actorfp: none.jsonl: no such file; name one that 'actorfp journal export' wrote")]
    public async Task A_mistake_is_named_in_the_words_of_the_command_line(string line, string expected)
    {
        Assert.NotEqual(0, await _cli.RunAsync(line.Split(' ')));
        Assert.Equal(expected, _cli.Error.Split('\n')[0]);
    }

    [Fact]
    public async Task A_variable_with_one_underscore_too_few_is_named_with_the_one_that_was_meant()
    {
        _cli.Environment["ACTORFP_HTTP_PORT"] = "9";
        _cli.Environment["ACTORFP_CAPTURE_SNAP_LENGTH"] = "9";
        _cli.Environment["ACTORFP_SHARED"] = "/corpora";
        Assert.Equal(0, await _cli.RunAsync("config", "check"));
        Assert.Equal(
            "actorfp: environment variable ACTORFP_CAPTURE_SNAP_LENGTH sets nothing: write ACTORFP_CAPTURE__SNAP_LENGTH\n"
            + "actorfp: environment variable ACTORFP_HTTP_PORT sets nothing: write ACTORFP_HTTP__PORT\n", _cli.Error);
    }

    [Fact]
    public async Task No_command_prints_help_and_is_2() => Assert.Equal(ExitCodes.Usage, await _cli.RunAsync());

    [Fact]
    public async Task Failures_have_the_documented_codes()
    {
        (Exception Error, int Code)[] cases =
        [
            (new CaptureException("CAPTURE_UNAVAILABLE", "a.pcap: no such file"), ExitCodes.Capture),
            (new StoreException("store: no journal here"), ExitCodes.Store),
            (new JournalUnavailableException("journal.db: locked"), ExitCodes.Store),
            (new IOException("broken"), ExitCodes.Failure),
        ];
        foreach (var (error, code) in cases)
        {
            _cli.Composition.Fails = error;
            Assert.Equal(code, await _cli.RunAsync("scan", "a.pcap"));
            Assert.Equal($"actorfp: {error.Message}\n", _cli.Error);
        }
        _cli.Composition.Fails = null;
        Assert.Equal(ExitCodes.Interrupted, await _cli.RunAsync(new CancellationToken(canceled: true), "scan", "a.pcap"));
    }

    [Fact]
    public async Task Scan_reads_named_files_with_every_protocol_and_keeps_nothing()
    {
        Assert.Equal(0, await _cli.RunAsync("scan", "a.pcap", "-", "--lanes", "2", "--site", "lab"));
        var request = _cli.Composition.Scanned!;
        Assert.Equal(["a.pcap", "-"], request.Files);
        Assert.Equal((true, true, 2, "lab", false, false),
            (request.Options.Capture.Dhcp, request.Options.Capture.Tls, request.Options.Streams.Lanes, request.Options.Node.Site,
                request.KeepsStore, request.Follow));
        Assert.Contains("00:1E:C2:00:00:01", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("actorfp: a.pcap: the last packet is cut\nactorfp: 3 × link type 999\nactorfp: 10 frames", _cli.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_keeps_a_store_and_chooses_protocols_when_asked()
    {
        Assert.Equal(0, await _cli.RunAsync("scan", "a.pcap", "--store", "s", "--protocols", "tls", "--follow"));
        var request = _cli.Composition.Scanned!;
        Assert.Equal((false, true, "s", true, true),
            (request.Options.Capture.Dhcp, request.Options.Capture.Tls, request.Options.Node.Folder, request.KeepsStore, request.Follow));
    }

    [Theory]
    [InlineData("json", 1)]
    [InlineData("jsonl", 2)]
    [InlineData("csv", 3)]
    public async Task Scan_prints_devices_for_programs(string format, int lines)
    {
        Assert.Equal(0, await _cli.RunAsync("scan", "a.pcap", "--format", format));
        if (format == "json") Assert.Equal(2, JsonElement.Parse(_cli.Out).GetArrayLength());
        else Assert.Equal(lines, _cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Scan_prints_observations_as_one_json_object_a_line()
    {
        for (var frame = 1; frame <= 3; frame++)
        {
            _cli.Composition.Observations.Add(new DhcpObservation
            {
                Device = DeviceKey.OfMac(new MacAddress(0x001EC2000001)),
                AtTicks = FakeReadModel.Utc(1),
                Frame = frame,
                Op = 1,
                MessageType = DhcpMessageType.Discover,
                Options = new DhcpOptions { Order = [53, 255] },
            });
        }
        Assert.Equal(0, await _cli.RunAsync("scan", "a.pcap", "--observations"));
        var lines = _cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)).ToArray();
        Assert.Equal([1, 2, 3], lines.Select(l => l.GetProperty("frame").GetInt32()));
        Assert.Equal("discover", lines[0].GetProperty("event").GetString());
        Assert.Equal(0, await _cli.RunAsync("scan", "a.pcap", "--observations", "--json"));
        Assert.Equal(3, JsonElement.Parse(_cli.Out).GetArrayLength());
    }

    [Fact]
    public async Task Interfaces_are_listed()
    {
        Assert.Equal(0, await _cli.RunAsync("interfaces"));
        Assert.Contains("eth0  up", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("interfaces", "--json"));
        Assert.Equal("192.0.2.1", JsonElement.Parse(_cli.Out)[0].GetProperty("addresses")[0].GetString());
    }

    [Fact]
    public async Task Devices_are_listed_shown_and_exported_from_the_store()
    {
        Assert.Equal(0, await _cli.RunAsync("devices", "list", "--folder", _cli.Folder, "--sort", "-last_seen", "--limit", "1"));
        Assert.Contains("1 of 2", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("devices", "show", Printer, "--folder", _cli.Folder));
        Assert.Contains("t13d", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("device.first-seen.v1", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("devices", "show", Printer, "--json", "--folder", _cli.Folder));
        Assert.Equal("mac:00:1E:C2:00:00:01", JsonElement.Parse(_cli.Out).GetProperty("device").GetProperty("key").GetString());
        Assert.Equal(0, await _cli.RunAsync("devices", "export", "--format", "csv", "--folder", _cli.Folder));
        Assert.StartsWith("key,mac,", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("devices", "show", "02:00:00:00:00:99", "--folder", _cli.Folder));
        Assert.DoesNotContain("write", _cli.Composition.Calls);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_4() =>
        Assert.Equal(ExitCodes.Store, await _cli.RunAsync("devices", "list", "--folder", _cli.File("none")));

    [Fact]
    public async Task Changing_a_device_without_a_node_is_5_with_what_to_do()
    {
        Assert.Equal(ExitCodes.Node,
            await _cli.RunAsync("devices", "label", Printer, "x", "--folder", _cli.Folder, "--set", "http.port=1"));
        Assert.Contains("--offline", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgetting_offline_asks_first_and_is_audited_under_a_pseudonym()
    {
        string[] command = ["devices", "forget", Printer, "--offline", "--folder", _cli.Folder];
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync(command));
        (_cli.IsInteractive, _cli.Input) = (true, "no\n");
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync(command));
        Assert.Empty(_cli.Composition.Calls);
        _cli.Input = "yes\n";
        Assert.Equal(0, await _cli.RunAsync(command));
        Assert.Equal(["write", "forget mac:00:1E:C2:00:00:01"], _cli.Composition.Calls);
        var audit = await File.ReadAllTextAsync(_cli.File("audit.log"), TestContext.Current.CancellationToken);
        Assert.Contains("\"event\":\"device.erased\",\"actor\":\"cli\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("1E:C2", audit, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync([.. command, "--yes"]));
    }

    [Fact]
    public async Task Clearing_asks_first_and_yes_goes_on()
    {
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("clear", "--captured", "--folder", _cli.Folder));
        Assert.Equal(0, await _cli.RunAsync("clear", "--captured", "--yes", "--folder", _cli.Folder));
        Assert.Contains("clear", _cli.Composition.Calls);
        Assert.Equal(0, await _cli.RunAsync("audit", "verify", "--folder", _cli.Folder));
        Assert.Contains("1 lines, intact", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_audit_log_is_1_with_its_line()
    {
        using (var log = AuditLog.Open(_cli.File("audit.log"), TimeProvider.System)) log.Append(new AuditEntry("one", "node", "ok"));
        await File.AppendAllTextAsync(_cli.File("audit.log"), "x\n", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("audit", "verify", "--folder", _cli.Folder));
        Assert.Contains("audit.log(2): is not an audit line", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_is_inspected_with_hostile_text_escaped()
    {
        Assert.Equal(0, await _cli.RunAsync("journal", "inspect", "--device", Printer, "--after", "0", "--folder", _cli.Folder));
        Assert.DoesNotContain("\u001b", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("inspect 0 mac:00:1E:C2:00:00:01", string.Join('|', _cli.Composition.Calls), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await _cli.RunAsync("journal", "inspect", "--limit", "1", "--json", "--folder", _cli.Folder));
        Assert.Equal("device.first-seen.v1", JsonElement.Parse(_cli.Out).GetProperty("manifest").GetString());
        Assert.Equal(0, await _cli.RunAsync("journal", "stats", "--json", "--folder", _cli.Folder));
        Assert.Equal(12, JsonElement.Parse(_cli.Out).GetProperty("events").GetInt32());
    }

    [Fact]
    public async Task Verification_is_1_when_something_is_wrong()
    {
        Assert.Equal(0, await _cli.RunAsync("journal", "verify", "--folder", _cli.Folder));
        _cli.Composition.VerifyProblems = ["device-00 #3: bad checksum"];
        Assert.Equal(ExitCodes.Failure, await _cli.RunAsync("journal", "verify", "--folder", _cli.Folder));
        Assert.StartsWith("device-00 #3: bad checksum\n", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_journal_is_copied_and_replayed()
    {
        Assert.Equal(0, await _cli.RunAsync("journal", "export", "-o", _cli.File("out.jsonl"), "--folder", _cli.Folder));
        Assert.Equal("{}\n", await File.ReadAllTextAsync(_cli.File("out.jsonl"), TestContext.Current.CancellationToken));
        _cli.Input = "{\"a\":1}\n";
        Assert.Equal(0, await _cli.RunAsync("journal", "import", "-", "--folder", _cli.Folder));
        Assert.Equal(0, await _cli.RunAsync("journal", "replay", "--rebuild", "--folder", _cli.Folder));
        Assert.Contains("went on with the rebuild that was cut off at 7 of 12, in its 4 parts", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("journal", "replay", "--rebuild", "--workers", "3", "--restart", "--folder", _cli.Folder));
        Assert.Equal(0, await _cli.RunAsync("journal", "replay", "--as-of", "2026-01-31T12:00:00Z", "--json", "--folder", _cli.Folder));
        Assert.Equal(["read", "write", "import {\"a\":1}\n", "write", "rebuild  resuming", "write", "rebuild 3 anew", "read", "as of 2026-01-31T12:00:00.0000000Z"],
            _cli.Composition.Calls);
    }

    [Fact]
    public async Task Config_show_reads_back_to_itself_and_names_the_places()
    {
        Assert.Equal(0, await _cli.RunAsync("config", "show", "--set", "http.port=9000", "--set", "capture.files=a,b"));
        Assert.Contains("  port = 9000  # option --set\n", _cli.Out, StringComparison.Ordinal);
        var shown = _cli.Out;
        await File.WriteAllTextAsync(_cli.File("again.conf"), shown, TestContext.Current.CancellationToken);
        Assert.Equal(0, await _cli.RunAsync("config", "show", "--json", "--config", _cli.File("again.conf")));
        var json = JsonElement.Parse(_cli.Out);
        Assert.Equal((9000, "64 MiB", "b", "90d"),
            (json.GetProperty("http").GetProperty("port").GetInt32(), json.GetProperty("capture").GetProperty("buffer").GetString(),
            json.GetProperty("capture").GetProperty("files")[1].GetString(), json.GetProperty("retention").GetProperty("fingerprints").GetString()));
        Assert.Equal(0, await _cli.RunAsync("config", "check", "--config", _cli.File("again.conf")));
    }

    [Fact]
    public async Task Config_check_names_every_problem_with_its_line()
    {
        await File.WriteAllTextAsync(_cli.File("bad.conf"), "http.port = 99999\ncapture.buffer = 64\n",
            TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Usage, await _cli.RunAsync("config", "check", "-c", _cli.File("bad.conf")));
        Assert.Contains("bad.conf(1): http.port: 99999 is outside 0..65535\n", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("bad.conf(2): capture.buffer: '64' is not", _cli.Error, StringComparison.Ordinal);
    }
}
