using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>journal dlq …</c>: batches that no shard of the cluster could apply. Talks to the broker, not to a node.</summary>
internal static class DeadLetterCommands
{
    private const string Broker = "Talks to the broker of cluster.broker; no node need be running.";
    private const int ShortestId = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create(CliContext context) => new("dlq", "Looks at batches of the cluster that were set aside, sends them again, drops them.")
    {
        List(context), Show(context), Retry(context), Drop(context),
    };

    private static DocumentedCommand List(CliContext context)
    {
        var limit = Declare.ValueOr("--limit", "n", 100, "Batches at most, oldest first.");
        var command = new DocumentedCommand("list", $"Lists them with their reasons, oldest first. {Broker}", """
            Example:
              actorfp journal dlq list --config hocon/cluster.conf
            """) { limit };
        command.SetAction((parsed, stop) => UseAsync(context, parsed, async letters =>
        {
            if (parsed.GetValue(limit) < 1) throw new UsageException("--limit is 1 or more");
            var found = await letters.ListAsync(parsed.GetValue(limit), stop);
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize([.. found.Select(Resource)], CliJson.Default.DeadLetterResourceArray));
                return ExitCodes.Ok;
            }
            var table = new TextTable("id", "set aside", "shard", "run", "number", "bytes", "reason");
            foreach (var letter in found)
                table.Add(letter.Id, Time(letter.At), $"{letter.Region}/{letter.Shard}", letter.Run, Number(letter.Number), Number(letter.Message.Length),
                    letter.Reason);
            table.Write(context.Console.Out, context.Console.IsOutTerminal);
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    private static DocumentedCommand Show(CliContext context)
    {
        var id = Id();
        var output = Declare.Value<string>("--output", "file", "Writes the message as it came into this file, mode 0600: it names devices.", "-o");
        var command = new DocumentedCommand("show", $"Shows one, and whether this version can read it. {Broker}", """
            Example:
              actorfp journal dlq show 3f2a -o batch.bin
            """) { id, output };
        command.SetAction((parsed, stop) => UseAsync(context, parsed, async letters =>
        {
            var letter = await FindAsync(letters, parsed.GetValue(id)!, stop);
            if (parsed.GetValue(output) is { } path) await WriteAsync(path, letter.Message, stop);
            var resource = Resource(letter);
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize(resource, CliJson.Default.DeadLetterResource));
                return ExitCodes.Ok;
            }
            var table = new TextTable("batch", letter.Id);
            table.Add("set aside", $"{Time(letter.At)} by {letter.By}");
            table.Add("reason", letter.Reason);
            table.Add("shard", $"{letter.Region}/{letter.Shard}");
            table.Add("run", letter.Run);
            table.Add("number", Number(letter.Number));
            table.Add("bytes", Number(letter.Message.Length));
            table.Add("read by this version", resource.Fault ?? $"{Number(resource.Envelopes ?? 0)} observations and notices");
            table.Write(context.Console.Out, context.Console.IsOutTerminal);
            return ExitCodes.Ok;
        }, stop));
        return command;
    }

    private static DocumentedCommand Retry(CliContext context)
    {
        var ids = Ids();
        var all = Declare.Flag("--all", "Every one that is there now.");
        var command = new DocumentedCommand("retry", $"Sends them to their shards again. {Broker}", """
            Examples:
              actorfp journal dlq retry 3f2a 90c1
              actorfp journal dlq retry --all

            A shard applies each once, however often it is sent. One that still cannot be applied is set aside again, with a new id.
            """) { ids, all };
        command.SetAction((parsed, stop) => EachAsync(context, parsed, ids, all, (letters, id) => letters.RetryAsync(id, stop), "sent again", stop));
        return command;
    }

    private static DocumentedCommand Drop(CliContext context)
    {
        var ids = Ids();
        var yes = Declare.Flag("--yes", "Does not ask.", "-y");
        var all = Declare.Flag("--all", "Every one that is there now.");
        var command = new DocumentedCommand("drop", $"Removes them for good: what they tell of devices is lost. {Broker}", """
            Example:
              actorfp journal dlq drop 3f2a
            """) { ids, yes, all };
        command.SetAction((parsed, stop) =>
        {
            Confirmation.Ask(context.Console, parsed.GetValue(yes), "Drop these batches? What they tell of devices is lost for good.");
            return EachAsync(context, parsed, ids, all, (letters, id) => letters.DropAsync(id, stop), "dropped", stop);
        });
        return command;
    }

    private static async Task<int> EachAsync(
        CliContext context, ParseResult parsed, Argument<string[]> ids, Option<bool> all, Func<DeadLetters, string, Task<bool>> act, string done,
        CancellationToken stop)
    {
        var names = parsed.GetValue(ids) ?? [];
        if (names.Length == 0 != parsed.GetValue(all)) throw new UsageException("write the ids of 'actorfp journal dlq list', or --all");
        return await UseAsync(context, parsed, async letters =>
        {
            List<string> chosen = [];
            if (names.Length == 0) chosen.AddRange((await letters.ListAsync(int.MaxValue, stop)).Select(letter => letter.Id));
            foreach (var name in names) chosen.Add((await FindAsync(letters, name, stop)).Id);
            var count = 0;
            foreach (var id in chosen)
                if (await act(letters, id)) count++;
            context.Console.Out.WriteLine(parsed.GetValue(context.Json)
                ? JsonSerializer.Serialize(new DeadLettersDone(count), CliJson.Default.DeadLettersDone)
                : $"{Number(count)} {done}");
            return ExitCodes.Ok;
        }, stop);
    }

    private static async Task<int> UseAsync(CliContext context, ParseResult parsed, Func<DeadLetters, Task<int>> work, CancellationToken stop)
    {
        var loaded = context.Load(parsed).Options;
        var options = ClusterSettings.Broker(loaded.Cluster.Broker);
        await using var connection = new BrokerConnection(options, "actorfp journal dlq", NullLogger.Instance, context.Time);
        await connection.SessionAsync(Patience, stop);
        await using var letters = new DeadLetters(connection, options, loaded.Node.Name, NullLogger.Instance, context.Time);
        return await work(letters);
    }

    /// <summary>The one that begins so. Ids are long, and the first letters tell them apart.</summary>
    private static async Task<DeadLetter> FindAsync(DeadLetters letters, string name, CancellationToken stop)
    {
        if (name.Length < ShortestId) throw new UsageException($"'{name}': write {ShortestId} letters of the id or more");
        var found = await letters.FindAsync(name, stop);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new CommandFailedException(ExitCodes.Failure, $"{name}: no batch of this id was set aside; 'actorfp journal dlq list' lists them"),
            _ => throw new UsageException($"'{name}': several ids begin so; write more of it"),
        };
    }

    private static DeadLetterResource Resource(DeadLetter letter)
    {
        var isRead = new BatchDecoder().TryDecode(letter.Message.Span, out var batch, out var fault);
        return new DeadLetterResource(
            letter.Id, letter.At, letter.By, letter.Reason, letter.Region, letter.Shard, letter.Run, letter.Number, letter.Message.Length,
            batch?.Batch.Envelopes.Count, isRead ? null : fault);
    }

    private static async Task WriteAsync(string path, ReadOnlyMemory<byte> message, CancellationToken stop)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        await file.WriteAsync(message, stop);
    }

    private static Argument<string> Id() => new("id") { Description = "Its id, or the first letters of it." };

    private static Argument<string[]> Ids() => new("id") { Description = "Their ids, or the first letters of each.", Arity = ArgumentArity.ZeroOrMore };

    private static string Time(DateTimeOffset at) => at.ToString("u", CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>A batch that was set aside, in JSON.</summary>
internal sealed record DeadLetterResource(
    string Id, DateTimeOffset SetAsideAt, string SetAsideBy, string Reason, string Region, int Shard, string Run, long Number, int Bytes, int? Envelopes,
    string? Fault);

/// <summary>How many were sent again or dropped, in JSON.</summary>
internal sealed record DeadLettersDone(int Count);
