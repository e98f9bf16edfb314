using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ActorFingerprint.Engine;
using ActorFingerprint.Node.Configuration;
using Xunit;

namespace ActorFingerprint.Tests.Tools;

/// <summary>What is handed to operators: scripts that parse, configurations that bind, units and a compose file that fit them.</summary>
public sealed class DeploySpecs
{
    private static readonly string Deploy = Path.Combine(Repository.Root, "deploy");

    [Theory]
    [InlineData("systemd/actorfp.conf")]
    [InlineData("systemd/node-1.conf")]
    [InlineData("container/cluster.conf")]
    [InlineData("container/engine.conf")]
    [InlineData("container/sensor.conf")]
    public void Configurations_bind_but_for_secrets_that_the_operator_makes(string name)
    {
        var environment = new Hashtable { ["ACTORFP_NODE"] = "engine-1" };
        try
        {
            ConfigurationLoader.Load(Path.Combine(Deploy, name), [], environment);
        }
        catch (ConfigurationException error)
        {
            Assert.All(error.Problems, problem => Assert.Matches("^/(etc/actorfp/)?secrets/[a-z0-9/.-]+: no such file$", problem.Message));
        }
    }

    [Fact]
    public void Roles_of_the_containers_are_engines_that_answer_and_a_sensor()
    {
        Assert.Contains("cluster.roles = [engine, api]", Read("container/engine.conf"), StringComparison.Ordinal);
        Assert.Contains("cluster.roles = [sensor]", Read("container/sensor.conf"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools/cluster")]
    [InlineData("tools/bench-cluster")]
    [InlineData("tools/try")]
    [InlineData("tools/test")]
    [InlineData("tools/publish")]
    [InlineData("tools/bench-live")]
    [InlineData("deploy/container/setup")]
    public void Scripts_parse_and_may_be_run(string name)
    {
        var path = Path.Combine(Repository.Root, name);
        var shell = File.ReadLines(path).First() == "#!/bin/sh" ? "/bin/sh" : "/bin/bash";
        Assert.SkipWhen(!File.Exists(shell), $"no {shell} here");
        using var check = Process.Start(new ProcessStartInfo(shell, ["-n", path]) { RedirectStandardError = true })!;
        Assert.Equal("", check.StandardError.ReadToEnd());
        check.WaitForExit();
        Assert.Equal(0, check.ExitCode);
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute), $"{name} cannot be run");
    }

    [Theory]
    [InlineData("actorfp.service", "/etc/actorfp/actorfp.conf")]
    [InlineData("actorfp@.service", "/etc/actorfp/%i.conf")]
    public void Units_wait_for_an_orderly_stop_and_grant_a_raw_socket_alone(string name, string configuration)
    {
        var unit = Read($"systemd/{name}").Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal) && line[0] != '#')
            .Select(line => line.Split('=', 2)).GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Last()[1], StringComparer.Ordinal);
        var stop = new ActorFingerprintOptions().CoordinatedShutdown;
        var longest = stop.ShardRegionTimeout + (CoordinatedShutdown.Phases.Count - 1) * stop.PhaseTimeout;
        Assert.True(int.Parse(unit["TimeoutStopSec"], CultureInfo.InvariantCulture) >= longest.TotalSeconds, $"a stop may take {longest}");
        Assert.Equal(("CAP_NET_RAW", "CAP_NET_RAW", "yes", "strict"),
            (unit["CapabilityBoundingSet"], unit["AmbientCapabilities"], unit["NoNewPrivileges"], unit["ProtectSystem"]));
        Assert.EndsWith(configuration, unit["ExecStart"], StringComparison.Ordinal);
        Assert.Equal("2", unit["RestartPreventExitStatus"]);
    }

    [Fact]
    public void Compose_file_names_only_what_is_there()
    {
        var compose = Read("container/compose.yaml");
        Assert.DoesNotContain('\t', compose);
        var services = Section(compose, "services");
        Assert.Equal(["setup", "postgres", "mq-1", "mq-2", "mq-3", "engine-1", "engine-2", "engine-3", "sensor"], services);
        var volumes = Section(compose, "volumes");
        foreach (Match used in Regex.Matches(compose, "\"([a-z0-9-]+):/"))
            Assert.Contains(used.Groups[1].Value, volumes);
        foreach (Match needed in Regex.Matches(compose, "^ +([a-z0-9-]+): \\{ condition:", RegexOptions.Multiline))
            Assert.Contains(needed.Groups[1].Value, services);
        foreach (Match file in Regex.Matches(compose, "/etc/actorfp/([a-z.]+)"))
            Assert.True(File.Exists(Path.Combine(Deploy, "container", file.Groups[1].Value)), file.Value);
        foreach (Match alias in Regex.Matches(compose, "\\*([a-z]+)\\b"))
            Assert.Contains($"&{alias.Groups[1].Value}", compose, StringComparison.Ordinal);
        foreach (var name in (string[])["mq-1", "mq-2", "mq-3"])
        {
            Assert.Contains($"amqp://{name}:5672", Read("container/cluster.conf"), StringComparison.Ordinal);
            Assert.Contains($"rabbit@{name}", Read("container/setup"), StringComparison.Ordinal);
        }
    }

    private static string[] Section(string yaml, string name) =>
        [.. Regex.Matches(Regex.Match(yaml, $"^{name}:\n((?: .*\n|\n)*)", RegexOptions.Multiline).Groups[1].Value, "^  ([a-z0-9-]+):", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value)];

    private static string Read(string name) => File.ReadAllText(Path.Combine(Deploy, name));
}
