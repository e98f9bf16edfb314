using System.Collections;
using System.CommandLine;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;

namespace ActorFingerprint.Node.Cli;

/// <summary>What every command gets.</summary>
/// <param name="Console">Where it reads and writes.</param>
/// <param name="Composition">What it stands on.</param>
/// <param name="Environment">Environment variables.</param>
/// <param name="Time">The clock.</param>
public sealed record CliContext(CliConsole Console, INodeComposition Composition, IDictionary Environment, TimeProvider Time)
{
    /// <summary><c>--config</c>.</summary>
    internal Option<string?> Config { get; } = new("--config", "-c")
    {
        Description = "Configuration file (HOCON). Default, if there: hocon/application.conf, $XDG_CONFIG_HOME/actorfp/application.conf.",
        HelpName = "file",
        Recursive = true,
    };

    /// <summary><c>--set</c>.</summary>
    internal Option<string[]> Set { get; } = new("--set")
    {
        Description = "Sets one configuration key over file and environment, such as --set http.port=9000. May be repeated.",
        HelpName = "key=value",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    /// <summary><c>--json</c>.</summary>
    internal Option<bool> Json { get; } = new("--json") { Description = "Prints JSON instead of a table.", Recursive = true };

    /// <summary>
    /// Loads the configuration; <paramref name="own"/> are settings that options of the command stand for, over
    /// <c>--set</c>.
    /// </summary>
    internal LoadedConfiguration Load(ParseResult parsed, params ReadOnlySpan<CommandLineSetting?> own)
    {
        var settings = new List<CommandLineSetting>();
        foreach (var text in parsed.GetValue(Set) ?? [])
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0) throw new UsageException($"--set {text}: write --set key=value, such as --set http.port=9000");
            settings.Add(new CommandLineSetting("--set", text[..split].Trim(), text[(split + 1)..].Trim()));
        }
        foreach (var setting in own)
            if (setting is not null) settings.Add(setting);
        var loaded = ConfigurationLoader.Load(parsed.GetValue(Config), settings, Environment);
        foreach (var warning in loaded.Warnings) Console.Error.WriteLine($"actorfp: {TerminalText.Escape(warning)}");
        return loaded;
    }
}

/// <summary>The command line is wrong in a way that the parser cannot see. One line: what, and what to write.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>A command that ends with a code and, perhaps, a line on standard error.</summary>
public sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    /// <summary>The code.</summary>
    public int ExitCode { get; } = exitCode;
}
