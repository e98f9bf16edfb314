using System.Collections;
using System.Globalization;
using System.Text;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests;
using ActorFingerprint.Tests.Persistence;
using Npgsql;
using Xunit;

namespace ActorFingerprint.Integration.Tests.PostgreSql;

/// <summary>Commands over a store in PostgreSQL, configured as an operator does, beside the same commands over SQLite.</summary>
public sealed class StoreCommandSpecs(SharedPostgres shared) : IAsyncLifetime
{
    private static readonly string Capture = Path.Combine(Repository.Root, "samples", "home.pcapng");

    private readonly TemporaryFolder _folder = new();
    private string[] _postgres = [];
    private string[] _sqlite = [];
    private string _out = "", _error = "";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var parts = new NpgsqlConnectionStringBuilder((await shared.NewStoreAsync()).ConnectionString);
        var password = _folder.At("password");
        await File.WriteAllTextAsync(password, parts.Password + "\n", Stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _postgres = Settings(
            "journal.plugin=postgresql", "postgresql.host=" + parts.Host, "postgresql.port=" + parts.Port.ToString(CultureInfo.InvariantCulture),
            "postgresql.database=" + parts.Database, "postgresql.username=" + parts.Username, "postgresql.password-file=" + password,
            "node.folder=" + _folder.At("pg"));
        _sqlite = Settings("node.folder=" + _folder.At("sqlite"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_scan_and_the_commands_after_it_say_the_same_on_either_store()
    {
        var answers = new List<string>();
        foreach (var store in (string[][])[_sqlite, _postgres])
        {
            var kept = new List<string>();
            Assert.Equal(0, await RunAsync(store, "scan", Capture, "--store", store == _sqlite ? _folder.At("sqlite") : _folder.At("pg")));
            kept.Add(_out);
            Assert.Equal(0, await RunAsync(store, "scan", Capture, "--store", store == _sqlite ? _folder.At("sqlite") : _folder.At("pg"))); // read before
            foreach (var command in (string[])["devices list", "journal verify", "journal replay --rebuild", "devices list --json", "journal replay --as-of 2030-01-01"])
            {
                Assert.True(await RunAsync(store, command.Split(' ')) == 0, $"{command}: {_error}");
                kept.Add(command + "\n" + _out);
            }
            answers.Add(string.Join('\n', kept));
        }
        Assert.Equal(answers[0], answers[1]);
        Assert.Contains(": sound", answers[1], StringComparison.Ordinal);

        Assert.Equal(0, await RunAsync(_postgres, "journal", "stats"));
        Assert.Contains("postgresql 127.0.0.1:", _out, StringComparison.Ordinal);
        Assert.Equal(0, await RunAsync(_postgres, "journal", "inspect", "--limit", "3"));
    }

    [Fact]
    public async Task An_export_of_one_store_is_an_import_of_the_other()
    {
        Assert.Equal(0, await RunAsync(_sqlite, "scan", Capture, "--store", _folder.At("sqlite")));
        Directory.CreateDirectory(_folder.At("pg"));
        File.Copy(Path.Combine(_folder.At("sqlite"), "pseudonym.key"), Path.Combine(_folder.At("pg"), "pseudonym.key"));
        Assert.Equal(0, await RunAsync(_sqlite, "journal", "export", "-o", _folder.At("one.jsonl")));
        Assert.True(await RunAsync(_postgres, "journal", "import", _folder.At("one.jsonl")) == 0, _error);
        Assert.Equal(0, await RunAsync(_postgres, "journal", "export", "-o", _folder.At("two.jsonl")));
        Assert.Equal(await File.ReadAllBytesAsync(_folder.At("one.jsonl"), Stop), await File.ReadAllBytesAsync(_folder.At("two.jsonl"), Stop));
        Assert.Equal(0, await RunAsync(_postgres, "journal", "verify"));
        Assert.Equal(0, await RunAsync(_sqlite, "devices", "list"));
        var before = _out;
        Assert.Equal(0, await RunAsync(_postgres, "devices", "list"));
        Assert.Equal(before, _out);
        Assert.NotEqual(0, await RunAsync(_postgres, "journal", "import", _folder.At("one.jsonl")));
        Assert.Contains("the journal has events", _error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_is_labelled_and_forgotten()
    {
        Assert.Equal(0, await RunAsync(_postgres, "scan", Capture, "--store", _folder.At("pg"), "--format", "json"));
        var key = System.Text.Json.JsonDocument.Parse(_out).RootElement[0].GetProperty("key").GetString()!;
        Assert.True(await RunAsync(_postgres, "devices", "label", key, "Desk", "--offline") == 0, _error);
        Assert.Equal(0, await RunAsync(_postgres, "devices", "show", key));
        Assert.Contains("Desk", _out, StringComparison.Ordinal);
        Assert.True(await RunAsync(_postgres, "devices", "forget", key, "--yes", "--offline") == 0, _error);
        Assert.NotEqual(0, await RunAsync(_postgres, "devices", "show", key));
        Assert.Equal(0, await RunAsync(_postgres, "journal", "verify"));
        Assert.Equal(0, await RunAsync(_postgres, "clear", "--captured", "--yes"));
        Assert.NotEqual(0, await RunAsync(_postgres, "journal", "stats"));
        Assert.Contains("no store here", _error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_runs_over_it_and_a_command_that_would_change_it_is_refused_meanwhile()
    {
        Assert.True(await RunAsync(_postgres, "run", Capture, "--once", "--port", "0") == 0, _error);
        await using (await Stores.OpenAsync(Options(), isShared: true, null, TimeProvider.System, Stop))
        {
            Assert.NotEqual(0, await RunAsync(_postgres, "journal", "replay", "--rebuild"));
            Assert.Contains("open in 1 process", _error, StringComparison.Ordinal);
            Assert.Equal(0, await RunAsync(_postgres, "journal", "verify"));
        }
    }

    [Fact]
    public async Task A_password_that_others_can_read_and_a_server_that_is_not_there_are_one_line_each()
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.At("password"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.NotEqual(0, await RunAsync(_postgres, "journal", "stats"));
        Assert.Contains("others on this machine can read the password; run chmod 600", _error, StringComparison.Ordinal);
        string[] absent = [.. _postgres, .. Settings("postgresql.port=1", "postgresql.password-file=", "postgresql.password=hidden-42", "postgresql.read-patience=0s")];
        Assert.NotEqual(0, await RunAsync(absent, "journal", "stats"));
        Assert.Contains("postgresql 127.0.0.1:1/", _error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-42", _error, StringComparison.Ordinal);
        Assert.Equal(1, _error.Count(c => c == '\n'));
        Assert.Equal(0, await RunAsync(absent, "config", "show"));
        Assert.DoesNotContain("hidden-42", _out, StringComparison.Ordinal);
    }

    private Node.Configuration.ActorFingerprintOptions Options()
    {
        var settings = _postgres.Where(argument => argument != "--set").Select(Setting).ToList();
        return Node.Configuration.ConfigurationLoader.Load(null, settings, new Hashtable { ["HOME"] = _folder.Path }).Options;

        static Node.Configuration.CommandLineSetting Setting(string text) => new("--set", text[..text.IndexOf('=')], text[(text.IndexOf('=') + 1)..]);
    }

    private static string[] Settings(params string[] settings) => [.. settings.SelectMany(setting => new[] { "--set", setting })];

    private async Task<int> RunAsync(string[] store, params string[] arguments)
    {
        using var output = new MemoryStream();
        var error = new StringWriter { NewLine = "\n" };
        await using var writer = new StreamWriter(output, new UTF8Encoding(false)) { NewLine = "\n", AutoFlush = true };
        var console = new CliConsole
        {
            Out = writer,
            Error = TextWriter.Synchronized(error),
            In = TextReader.Null,
            OutStream = output,
            InStream = Stream.Null,
            IsInTerminal = false,
        };
        var environment = new Hashtable { ["HOME"] = _folder.Path };
        var context = new CliContext(console, new NodeComposition(TimeProvider.System), environment, TimeProvider.System);
        var code = await CommandLine.RunAsync(context, [.. arguments, .. store], Stop);
        (_out, _error) = (Encoding.UTF8.GetString(output.ToArray()), error.ToString());
        return code;
    }
}
