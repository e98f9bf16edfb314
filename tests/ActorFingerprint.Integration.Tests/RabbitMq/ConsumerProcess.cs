using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Integration.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorFingerprint.Integration.Tests.RabbitMq;

/// <summary>A node in a process of its own that consumes all shards, prints what it gets, and then acknowledges it.</summary>
internal static class ConsumerProcess
{
    public const string Command = "consume";

    /// <summary>Starts one; each line it prints goes to <paramref name="printed"/>.</summary>
    public static ServerProcess Start(BrokerOptions options, int shards, Action<string> printed) => ServerProcess.Start(
        Path.Combine(AppContext.BaseDirectory, "ActorFingerprint.Integration.Tests"), // not the path of this process, which may be dotnet
        [
            Command, string.Join(',', options.Addresses), options.Prefix, shards.ToString(CultureInfo.InvariantCulture),
            options.Heartbeat.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        ], printed: printed);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new BrokerOptions
        {
            Addresses = [.. arguments[0].Split(',').Select(address => new Uri(address))],
            Prefix = arguments[1],
            Password = "guest",
            Heartbeat = TimeSpan.FromSeconds(double.Parse(arguments[3], CultureInfo.InvariantCulture)),
            ReconnectMost = TimeSpan.FromSeconds(1),
        };
        await using var connection = new BrokerConnection(options, "process", NullLogger.Instance, TimeProvider.System);
        await using var deadLetters = new DeadLetters(connection, options, "process", NullLogger.Instance, TimeProvider.System);
        await using var consumers = new ShardConsumers(
            connection, options, TestBatch.Region, int.Parse(arguments[2], CultureInfo.InvariantCulture), () => TestBatch.Decode, deadLetters,
            _ => false, consumer => _ = OwnAsync(consumer), NullLogger.Instance, TimeProvider.System);
        await connection.SessionAsync(CancellationToken.None);
        Print($"ready");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static async Task OwnAsync(IShardConsumer consumer)
    {
        Print($"active {consumer.Shard} {Stopwatch.GetTimestamp()}");
        while (await consumer.TakeAsync() is { } delivery)
        {
            Print($"batch {consumer.Shard} {delivery.Number}");
            await consumer.AcknowledgeAsync(delivery);
        }
        Print($"over {consumer.Shard} {Stopwatch.GetTimestamp()}");
    }

    private static void Print(FormattableString line)
    {
        Console.Out.WriteLine(FormattableString.Invariant(line));
        Console.Out.Flush();
    }
}
