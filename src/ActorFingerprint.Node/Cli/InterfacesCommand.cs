using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp interfaces</c>.</summary>
internal static class InterfacesCommand
{
    private const string Epilog = """
        Listing needs no rights; capturing needs CAP_NET_RAW:
          sudo setcap cap_net_raw+ep $(readlink -f $(command -v actorfp))
        """;

    public static Command Create(CliContext context)
    {
        var command = new DocumentedCommand("interfaces", "Lists the interfaces that can be watched with 'run --interface'.", Epilog);
        command.SetAction(parsed =>
        {
            var found = context.Composition.ListInterfaces().Select(i => new InterfaceResource(
                i.Name, i.Description, [.. i.Addresses.Select(a => a.ToString())], i.IsUp, i.IsLoopback, i.IsWireless)).ToArray();
            if (parsed.GetValue(context.Json))
            {
                context.Console.Out.WriteLine(JsonSerializer.Serialize(found, CliJson.Default.InterfaceResourceArray));
                return ExitCodes.Ok;
            }
            var table = new TextTable("name", "state", "kind", "addresses", "description");
            foreach (var one in found)
                table.Add(one.Name, one.IsUp ? "up" : "down", one.IsLoopback ? "loopback" : one.IsWireless ? "wireless" : "",
                    string.Join(' ', one.Addresses), one.Description);
            table.Write(context.Console.Out, context.Console.IsOutTerminal);
            return ExitCodes.Ok;
        });
        return command;
    }
}

/// <summary>An interface in JSON.</summary>
internal sealed record InterfaceResource(string Name, string? Description, IReadOnlyList<string> Addresses, bool IsUp, bool IsLoopback,
    bool IsWireless);

/// <summary>A stored event in JSON lines of <c>journal inspect</c>.</summary>
internal sealed record StoredEventResource(long Ordering, string PersistenceId, long SequenceNumber, string Manifest, DateTime Created,
    JsonElement Event);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(InterfaceResource[]))]
[JsonSerializable(typeof(StoredEventResource))]
[JsonSerializable(typeof(Persistence.Fingerbank.FingerbankInfo))]
[JsonSerializable(typeof(Hosting.StoreStatistics))]
[JsonSerializable(typeof(Hosting.StoreVerification))]
[JsonSerializable(typeof(Audit.AuditVerification))]
[JsonSerializable(typeof(LimiterPolicyResource[]))]
[JsonSerializable(typeof(ReadyResource))]
[JsonSerializable(typeof(DeadLetterResource[]))]
[JsonSerializable(typeof(DeadLetterResource))]
[JsonSerializable(typeof(DeadLettersDone))]
internal sealed partial class CliJson : JsonSerializerContext;
