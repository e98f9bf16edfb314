using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Configuration.Hocon;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace ActorFingerprint.Tests.Node.Configuration;

public sealed class OptionsSpecs
{
    [Fact]
    public void Reference_conf_equals_the_defaults_in_code() =>
        Assert.Equal(JsonSerializer.Serialize(new ActorFingerprintOptions()), JsonSerializer.Serialize(Load("").Options));

    [Fact]
    public void Reference_conf_names_every_key_and_the_embedded_copy_is_the_one_in_the_repository()
    {
        var named = HoconResolver.Flatten(HoconParser.Parse("reference.conf", ConfigurationLoader.ReadReference()), _ => null).Keys
            .Select(key => Regex.Replace(key, ":[0-9]+$", "")).Distinct().Order();
        Assert.Equal(KeysOf(typeof(ActorFingerprintOptions), "").Order(), named);
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "hocon", "reference.conf")), ConfigurationLoader.ReadReference());
    }

    [Fact]
    public void The_example_application_conf_loads()
    {
        var example = Path.Combine(Repository.Root, "hocon", "application.conf");
        var loaded = ConfigurationLoader.Load(example, [], new Hashtable { ["ACTORFP_FOLDER"] = "/var/lib/actorfp" });
        Assert.Equal("/var/lib/actorfp", loaded.Options.Node.Folder);
    }

    [Fact]
    public void The_example_cluster_conf_loads_and_hides_its_password()
    {
        var example = Path.Combine(Repository.Root, "hocon", "cluster.conf");
        Assert.Equal(JournalPlugin.Postgresql, ConfigurationLoader.Load(example, [], new Hashtable()).Options.Journal.Plugin);
        var variables = new Hashtable { ["ACTORFP_NODE"] = "node-7", ["ACTORFP_DATABASE_HOST"] = "db", ["ACTORFP_DATABASE_PASSWORD"] = "hush" };
        var loaded = ConfigurationLoader.Load(example, [], variables);
        Assert.Equal(("node-7", "db", "hush"), (loaded.Options.Node.Name, loaded.Options.Postgresql.Host, loaded.Options.Postgresql.Password));
        Assert.DoesNotContain("hush", EffectiveConfiguration.ToHocon(loaded) + loaded.Options, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresql.schema = Actor", "postgresql.schema: must be 1 to 40 lower-case letters")]
    [InlineData("postgresql { password = a, password-file = b }", "keep one of them")]
    [InlineData("postgresql.root-certificate = ca.pem", "is only used with")]
    [InlineData("journal.plugin = mysql", "'mysql' is not one of sqlite, postgresql")]
    public void A_database_that_cannot_be_is_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Layers_override_each_other_from_file_to_environment_to_command_line()
    {
        const string text = "http { port = 1, max-connections = 1, names = [a.example, b.example] }\nnode.name = file";
        var loaded = Load(text,
            new Hashtable { ["ACTORFP_HTTP__MAX_CONNECTIONS"] = "2", ["ACTORFP_HTTP__PORT"] = "2", ["ACTORFP_SHARED"] = "/x" },
            new CommandLineSetting("--port", "http.port", "3"), new CommandLineSetting("--set", "http.names", "c.example"));
        Assert.Equal((3, 2, "file"), (loaded.Options.Http.Port, loaded.Options.Http.MaxConnections, loaded.Options.Node.Name));
        Assert.Equal(["c.example"], loaded.Options.Http.Names);
    }

    [Theory]
    [InlineData("[dhcp_vendor]", "dhcp_vendor")]
    [InlineData("[user_agents, dhcp_fingerprint]", "user_agents,dhcp_fingerprint")]
    public void A_shorter_list_replaces_that_of_a_lower_layer_whole(string list, string fields) =>
        Assert.Equal(fields.Split(','), Load($"fingerbank.fields = {list}").Options.Fingerbank.Fields);

    [Fact]
    public void An_empty_list_replaces_that_of_a_lower_layer() =>
        Assert.Contains("name something besides mac", Assert.Throws<ConfigurationException>(() => Load("fingerbank.fields = []")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("http.port = 70000", "http.port: 70000 is outside 0..65535")]
    [InlineData("http.prot = 1", "http.prot: no such key: did you mean http.port?")]
    [InlineData("htp.port = 1", "htp: no such key: did you mean http?")]
    [InlineData("foo.bar = 3", "foo: no such key: hocon/reference.conf lists every key")]
    [InlineData("http.bnid = 1", "http.bnid: no such key: did you mean http.bind?")]
    [InlineData("zzzzzzz = 1", "zzzzzzz: no such key: hocon/reference.conf lists every key")]
    [InlineData("http = on", "http: is a block of keys: write http { … }")]
    [InlineData("http.port = [1, 2]", "http.port: is one value, not a block or a list")]
    [InlineData("capture.buffer = 64", "capture.buffer: '64' is not " + Units.SizeForm)]
    [InlineData("reassembly.timeout = 60", "reassembly.timeout: '60' is not " + Units.DurationForm)]
    [InlineData("journal.retry-interval = 10m", "journal.retry-interval: 10m is outside 10ms..5m")]
    [InlineData("capture.local-networks = [203.0.113.0/24, 203.0.113.7/24]",
        "capture.local-networks: '203.0.113.7/24' is no network: write 203.0.113.0/24 or 2001:db8::/32, with no bit set beyond the length")]
    [InlineData("capture.tls = 1", "capture.tls: '1' is not true or false")]
    [InlineData("log.level = loud", "log.level: 'loud' is not one of trace, debug, information, warning, error, critical, none")]
    [InlineData("sharding.shards = 63", "sharding.shards: 63 is no power of two: write 64, or 1, 2, 4 … 4096")]
    [InlineData("http.bind = somewhere",
        "http.bind: 'somewhere' is not an IP address: write 127.0.0.1, ::1, or an address of this machine")]
    [InlineData("http.names = [\"a b\"]", "http.names: 'a b' is not a host name: write it without scheme and port")]
    public void A_wrong_value_is_refused_with_its_place_and_key(string line, string problem)
    {
        var error = Assert.Throws<ConfigurationException>(() => Load("# first line\n" + line));
        var only = Assert.Single(error.Problems);
        Assert.Equal(problem, $"{only.Key}: {only.Message}");
        Assert.True(only.Where is null || only.Where.EndsWith("application.conf(2)", StringComparison.Ordinal), only.Where);
    }

    [Fact]
    public void Every_problem_is_named_at_once_with_the_layer_that_caused_it()
    {
        var error = Assert.Throws<ConfigurationException>(() => Load("node.site = \"a/b\"",
            new Hashtable { ["ACTORFP_STREAMS__LANES"] = "many" }, new CommandLineSetting("--port", "http.port", "x")));
        Assert.Equal(3, error.Problems.Count);
        Assert.Contains("environment variable ACTORFP_STREAMS__LANES: streams.lanes: 'many' is not a whole number", error.Message,
            StringComparison.Ordinal);
        Assert.Contains("option --port: http.port: 'x' is not a whole number", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Listening_beyond_this_machine_needs_a_certificate_or_the_explicit_flag()
    {
        Assert.Contains("allow-insecure-remote", Assert.Throws<ConfigurationException>(() => Load("http.bind = 0.0.0.0")).Message,
            StringComparison.Ordinal);
        Assert.Equal("0.0.0.0", Load("http { bind = 0.0.0.0, allow-insecure-remote = true }").Options.Http.Bind);
        Assert.True(Load("http.bind = \"::1\"").Options.Http.IsLoopback);
    }

    [Fact]
    public void An_interface_without_an_enabled_protocol_is_refused()
    {
        Assert.Contains("capture.dhcp = true", Assert.Throws<ConfigurationException>(() => Load("capture.interfaces = [eth0]")).Message,
            StringComparison.Ordinal);
        Assert.Equal(["eth0"], Load("capture { interfaces = [eth0], dhcp = true }").Options.Capture.Interfaces);
    }

    private static LoadedConfiguration Load(string text, Hashtable? environment = null, params CommandLineSetting[] settings)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("application.conf"), text);
        return ConfigurationLoader.Load(folder.File("application.conf"), settings, environment ?? []);
    }

    private static IEnumerable<string> KeysOf(Type options, string prefix)
    {
        foreach (var property in options.GetProperties())
        {
            if (property.GetCustomAttribute<ConfigurationKeyNameAttribute>() is not { Name: var name }) continue;
            if (property.PropertyType.Namespace == options.Namespace && property.PropertyType.IsClass)
                foreach (var key in KeysOf(property.PropertyType, $"{prefix}{name}:")) yield return key;
            else if (!property.PropertyType.Name.StartsWith("IReadOnlyDictionary", StringComparison.Ordinal)) yield return prefix + name;
        }
    }
}
