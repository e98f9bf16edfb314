using System.Diagnostics;
using RabbitMQ.Client;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Servers;

public sealed class RabbitServerSpecs
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Broker_of_three_nodes_loses_one_and_takes_it_back()
    {
        Assert.SkipWhen(RabbitServer.Absence is not null, RabbitServer.Absence ?? "");
        var watch = Stopwatch.StartNew();
        await using var server = await RabbitServer.StartNewAsync(nodes: 3);
        TestContext.Current.SendDiagnosticMessage($"three nodes in {watch.Elapsed.TotalSeconds:F1} s");
        var status = await server.ControlAsync("cluster_status");
        foreach (var node in server.Nodes) Assert.Contains(node.Name, status, StringComparison.Ordinal);
        var victim = server.Nodes[2];
        var id = victim.ProcessId;
        await victim.KillAsync();
        Assert.Equal(0, victim.ProcessId);
        await victim.StartAsync();
        Assert.NotEqual(id, victim.ProcessId);
        await using var connection = await new ConnectionFactory { Uri = victim.Address }.CreateConnectionAsync(Stop);
        Assert.True(connection.IsOpen);
        var ids = server.Nodes.Select(node => node.ProcessId).ToArray();
        await server.DisposeAsync();
        Assert.All(ids, running => Assert.False(Directory.Exists($"/proc/{running}") && File.ReadAllText($"/proc/{running}/comm").StartsWith("beam", StringComparison.Ordinal)));
    }
}
