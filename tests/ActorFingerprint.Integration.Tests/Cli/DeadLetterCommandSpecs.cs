using System.Collections;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Integration.Tests.RabbitMq;
using ActorFingerprint.Integration.Tests.Servers;
using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Cli;

public sealed class DeadLetterCommandSpecs(SharedRabbit rabbit)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_are_listed_shown_sent_again_and_dropped()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 2);
        var readable = new BatchEncoder().Encode(TestBatch.Region, 2, new ShardBatch("r1", 4, 1, []));
        await node.DeadLetters.AddAsync(new BatchHeaders(TestBatch.Region, 1, "r1", 4), readable, "batch 3 did not come", Stop);
        await node.DeadLetters.AddAsync(new BatchHeaders(TestBatch.Region, 0, "r1", 9), "nonsense"u8.ToArray(), "it is no \u001b[31mbatch", Stop);

        var (code, list, error) = await RunAsync(node, "list");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(["id", "set"], list.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries)[..2]);
        Assert.Contains("device/1", list, StringComparison.Ordinal);
        Assert.Contains("it is no \\x1B[31mbatch", list, StringComparison.Ordinal);

        var letters = JsonDocument.Parse((await RunAsync(node, "list", "--json")).Out).RootElement.EnumerateArray().ToArray();
        var ids = letters.Select(letter => letter.GetProperty("id").GetString()!).ToArray();
        Assert.Equal([4, 9], letters.Select(letter => letter.GetProperty("number").GetInt32()));
        Assert.Equal(0, letters[0].GetProperty("envelopes").GetInt32());
        Assert.Equal(JsonValueKind.Null, letters[0].GetProperty("fault").ValueKind);
        Assert.NotEqual("", letters[1].GetProperty("fault").GetString());

        Assert.Contains("batch 3 did not come", (await RunAsync(node, "show", ids[0][..6])).Out, StringComparison.Ordinal);
        Assert.Equal("1 sent again\n", (await RunAsync(node, "retry", ids[0])).Out);
        Assert.Equal((2, ""), ((await RunAsync(node, "drop", ids[1])).Code, (await RunAsync(node, "show", ids[1])).Error)); // nobody to ask
        Assert.Equal("1 dropped\n", (await RunAsync(node, "drop", ids[1], "--yes")).Out);
        Assert.Equal(0, JsonDocument.Parse((await RunAsync(node, "list", "--json")).Out).RootElement.GetArrayLength());

        var owner = new RecordingOwner();
        node.NewConsumers(owner.Activated);
        Assert.Equal(("r1", 4L), (await owner.NextDeliveryAsync()) is var again ? (again.Run, again.Number) : default);
    }

    [Fact]
    public async Task What_cannot_be_done_is_one_line()
    {
        await using var node = await BrokerHarness.CreateAsync(await rabbit.ServerAsync(), shards: 1);
        Assert.Equal((2, "actorfp: write the ids of 'actorfp journal dlq list', or --all\n"), Failure(await RunAsync(node, "retry")));
        Assert.Equal((1, "actorfp: abcd: no batch of this id was set aside; 'actorfp journal dlq list' lists them\n"), Failure(await RunAsync(node, "show", "abcd")));
        Assert.Equal((2, "actorfp: 'abc': write 4 letters of the id or more\n"), Failure(await RunAsync(node, "show", "abc")));
        var (code, _, error) = await RunAsync(node, "list", "--set", "cluster.broker.prefix=nothing");
        Assert.Equal(1, code);
        Assert.Contains("no queue 'nothing.dead-letters'", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        (code, _, error) = await RunAsync(node, "list", "--set", "cluster.broker.addresses=amqp://127.0.0.1:1");
        Assert.Equal(1, code);
        Assert.StartsWith("actorfp: cannot connect to the broker at amqp://127.0.0.1:1: ", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static (int, string) Failure((int Code, string Out, string Error) result) => (result.Code, result.Error);

    private static async Task<(int Code, string Out, string Error)> RunAsync(BrokerHarness node, params string[] arguments)
    {
        using var output = new MemoryStream();
        await using var writer = new StreamWriter(output, new UTF8Encoding(false)) { NewLine = "\n", AutoFlush = true };
        var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole { Out = writer, Error = error, In = new StringReader(""), OutStream = output, InStream = new MemoryStream() };
        string[] all =
        [
            "journal", "dlq", "--set", $"cluster.broker.addresses={string.Join(',', node.Options.Addresses)}", "--set", $"cluster.broker.prefix={node.Options.Prefix}",
            "--set", "cluster.broker.password=guest", .. arguments,
        ];
        var code = await CommandLine.RunAsync(new CliContext(console, new NodeComposition(TimeProvider.System), new Hashtable(), TimeProvider.System), all, Stop);
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
