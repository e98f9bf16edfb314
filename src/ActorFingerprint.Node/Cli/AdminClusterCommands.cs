using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>admin members, shards, leave, down, rebalance</c>.</summary>
internal static class AdminClusterCommands
{
    public static Command Members(CliContext context) =>
        new DocumentedCommand("members", "Lists the members, who owns how many shards, and how far the read side is behind.", $"""
            Examples:
              actorfp admin members
              actorfp admin members --json

            {AdminCommand.NeedsReader}
            """).Asking(
            context, Role.Reader, static () => ManagementJson.Default.MembersResource,
            (node, _, stop) => node.GetAsync("cluster/members", ManagementJson.Default.MembersResource, stop), Write);

    public static Command Shards(CliContext context)
    {
        var region = new Argument<string>("region") { Description = "device or limiter. Default: device.", DefaultValueFactory = _ => "device" };
        return new DocumentedCommand("shards", "Lists the shards of a region with entities, owner and epoch.", $"""
            Examples:
              actorfp admin shards
              actorfp admin shards limiter --json

            {AdminCommand.NeedsReader}
            """) { region }.Asking(
            context, Role.Reader, static () => ManagementJson.Default.ShardsResource,
            (node, parsed, stop) => node.GetAsync(
                "cluster/shards/" + Uri.EscapeDataString(parsed.GetValue(region)!), ManagementJson.Default.ShardsResource, stop), Write);
    }

    public static Command Leave(CliContext context) => OnMember(
        context, "leave", "Has a member leave: it finishes, hands its shards over and ends.");

    public static Command Down(CliContext context) => OnMember(
        context, "down", "Declares a member that nobody reaches gone: others take its shards.");

    public static Command Rebalance(CliContext context) =>
        new DocumentedCommand("rebalance", "Moves shards until every node has its share.", $"""
            Example:
              actorfp admin rebalance

            {AdminCommand.NeedsAdmin}
            """).Asking(
            context, Role.Admin, static () => ManagementJson.Default.RebalanceResource,
            (node, _, stop) => node.PostAsync("admin/rebalance", ManagementJson.Default.RebalanceResource, stop),
            static (console, answer) => console.Out.WriteLine(TerminalText.Escape(
                string.Create(CultureInfo.InvariantCulture, $"{answer.Moved} shards moved: {answer.Message}"))));

    private static DocumentedCommand OnMember(CliContext context, string operation, string description)
    {
        var member = new Argument<string>("member") { Description = "Address of the member as 'admin members' shows it, with or without actorfp://." };
        return new DocumentedCommand(operation, description, $"""
            Example:
              actorfp admin {operation} actorfp@10.0.0.7:8558

            {AdminCommand.NeedsAdmin}
            The node refuses it unless management.http.route-providers-read-only is false there.
            """) { member }.Asking(
            context, Role.Admin, static () => ManagementJson.Default.MessageResource,
            (node, parsed, stop) =>
            {
                if (!NodeAddress.TryParse(parsed.GetValue(member), out var address))
                    throw new UsageException("member: write an address such as actorfp@10.0.0.7:8558; 'actorfp admin members' lists them");
                return node.PutFormAsync(
                    "cluster/members/" + address.HostPort, "operation", operation, ManagementJson.Default.MessageResource, stop);
            },
            static (console, answer) => console.Out.WriteLine(TerminalText.Escape(answer.Message)));
    }

    private static void Write(CliConsole console, MembersResource answer)
    {
        var regions = answer.Shards.ToArray();
        var table = new TextTable(["node", "status", "roles", .. regions.Select(region => region.Region + " shards"), "notes"]);
        foreach (var member in answer.Members)
        {
            string?[] notes =
            [
                member.Node == answer.SelfNode ? "asked" : null, member.Node == answer.Leader ? "leader" : null,
                member.Node == answer.Oldest ? "oldest" : null,
                answer.Unreachable.FirstOrDefault(other => other.Node == member.Node) is { } hidden
                    ? $"unreachable for {string.Join(", ", hidden.ObservedBy)}" : null,
            ];
            table.Add([
                member.Node, member.Status, string.Join(", ", member.Roles),
                .. regions.Select(region => Number(region.Owners.FirstOrDefault(owner => owner.Node == member.Node)?.Shards ?? 0)),
                string.Join(", ", notes.Where(note => note is not null))]);
        }
        table.Write(console.Out, console.IsOutTerminal);
        foreach (var region in regions)
            console.Out.WriteLine(TerminalText.Escape(
                $"{region.Region}: {Number(region.Shards)} shards, {Number(region.Unowned)} without an owner, "
                + $"{Number(region.NumEntities)} entities in memory"));
        if (answer.Lag is { } lag)
            console.Out.WriteLine(TerminalText.Escape(
                $"read side: at {Number(lag.Offset)}, {Number(lag.Events)} behind{(lag.Fault is { } fault ? $", stands still: {fault}" : "")}"));
    }

    private static void Write(CliConsole console, ShardsResource answer)
    {
        var table = new TextTable("shard", "entities", "epoch", "owner");
        foreach (var shard in answer.Regions) table.Add(shard.ShardId, Number(shard.NumEntities), Number(shard.Epoch), shard.Owner ?? "-");
        table.Write(console.Out, console.IsOutTerminal);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
