using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Tests.Persistence;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>The short form of <c>tools/chaos</c>.</summary>
public sealed class ChaosSpecs(SharedPostgres postgres, SharedRabbit rabbit) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Nodes_killed_one_after_the_other_leave_the_journal_of_one_node_that_never_stopped()
    {
        var output = TestContext.Current.TestOutputHelper!;
        var problems = await new ChaosRun(rounds: 5, seed: 20260131, output.WriteLine)
            .RunAsync(await postgres.ServerAsync(), await rabbit.ServerAsync(), _folder.Path, TestContext.Current.CancellationToken);
        Assert.Empty(problems);
    }

    public void Dispose() => _folder.Dispose();
}
