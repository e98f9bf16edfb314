using System.CommandLine;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Fingerbank;

namespace ActorFingerprint.Node.Cli;

/// <summary><c>actorfp config …</c>: what is in force, and whether it can be.</summary>
internal static class ConfigCommand
{
    public static Command Create(CliContext context) =>
        new("config", "Shows and checks the configuration.") { Show(context), Check(context) };

    private static DocumentedCommand Show(CliContext context)
    {
        var network = Declare.Flag("--network", "Prints what is sent to other machines instead: where to, and what exactly. Sends nothing.");
        var command = new DocumentedCommand("show", "Prints every key in force and where it came from.", """
            Examples:
              actorfp config show
              actorfp config show --network
              actorfp config show --json | jq .http
            """) { network };
        command.SetAction(parsed =>
        {
            var loaded = context.Load(parsed);
            if (parsed.GetValue(network))
            {
                var uses = NetworkUse.Of(loaded.Options);
                context.Console.Out.Write(parsed.GetValue(context.Json) ? NetworkUse.ToJson(uses) : NetworkUse.ToText(uses));
                return ExitCodes.Ok;
            }
            context.Console.Out.Write(parsed.GetValue(context.Json) ? ToJson(loaded) : EffectiveConfiguration.ToHocon(loaded));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static DocumentedCommand Check(CliContext context)
    {
        var command = new DocumentedCommand(
            "check", "Checks the configuration, starts nothing. Exits 2 with a line for every problem.", """
            Example:
              actorfp config check --config /etc/actorfp.conf
            """);
        command.SetAction(parsed =>
        {
            var loaded = context.Load(parsed);
            context.Console.Out.WriteLine($"{loaded.File ?? "no configuration file"}: the configuration is sound");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string ToJson(LoadedConfiguration loaded)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) EffectiveConfiguration.WriteJson(
            loaded.Options, json);
        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}
