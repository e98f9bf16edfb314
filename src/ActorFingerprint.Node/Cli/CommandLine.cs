using System.CommandLine;
using System.CommandLine.Help;
using ActorFingerprint.Cluster.RabbitMq;
using ActorFingerprint.Core.Watchlists;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Configuration.Hocon;
using ActorFingerprint.Node.Output;
using ActorFingerprint.Persistence.Signatures;
using ActorFingerprint.Persistence.Signatures.Curated;
using ActorFingerprint.Persistence.Signatures.Import;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Node.Cli;

/// <summary>The command <c>actorfp</c>: its tree, and what a failure means for the exit code.</summary>
public static class CommandLine
{
    /// <summary>What makes each command, by its name, in the order of the help.</summary>
    private static readonly (string Name, Func<CliContext, Command> Create)[] Commands =
    [
        ("run", RunCommand.Create), ("scan", ScanCommand.Create), ("interfaces", InterfacesCommand.Create), ("devices", DevicesCommand.Create),
        ("journal", JournalCommand.Create), ("db", DbCommand.Create), ("config", ConfigCommand.Create), ("clear", ClearCommand.Create),
        ("audit", AuditCommand.Create), ("limits", LimitsCommand.Create), ("admin", AdminCommand.Create),
    ];

    /// <summary>
    /// Parses and runs. Never throws: an expected failure is one line on standard error and a code of
    /// <see cref="ExitCodes"/>.
    /// </summary>
    public static async Task<int> RunAsync(CliContext context, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        var parsed = Build(context, arguments is [var first, ..] ? first : null).Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpEpilogAction)
        {
            foreach (var problem in ParseProblems.Of(parsed)) context.Console.Error.WriteLine($"actorfp: {TerminalText.Escape(problem)}");
            context.Console.Error.WriteLine($"Try '{CommandPath(parsed)} --help'.");
            return ExitCodes.Usage;
        }
        var invocation = new InvocationConfiguration
        {
            Output = context.Console.Out,
            Error = context.Console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            var code = await parsed.InvokeAsync(invocation, stop);
            await context.Console.Out.FlushAsync(CancellationToken.None);
            return code;
        }
        catch (Exception error) when (CodeOf(error, stop) is { } code)
        {
            if (code == ExitCodes.OutputClosed) return code;
            if (code == ExitCodes.Interrupted) context.Console.Error.WriteLine("actorfp: interrupted");
            else foreach (var line in error.Message.Split('\n'))
                context.Console.Error.WriteLine($"actorfp: {TerminalText.Escape(line.TrimEnd('\r'))}");
            return code;
        }
    }

    /// <summary>
    /// The tree of commands. Cheap: nothing is opened or loaded before a command runs. When the first argument names a command, that one alone is
    /// made: all of them take a fifteenth of a small scan's time.
    /// </summary>
    public static RootCommand Build(CliContext context, string? firstArgument = null)
    {
        var root = new RootCommand(
            "Passive fingerprinting of network devices: reads DHCP, TLS, QUIC, mDNS and more from captures or interfaces, keeps a history per device.")
        {
            context.Config, context.Set, context.Json,
        };
        var isNamed = Commands.Any(command => command.Name == firstArgument);
        foreach (var (name, create) in Commands)
            if (!isNamed || name == firstArgument) root.Add(create(context));
        var help = root.Options.OfType<HelpOption>().Single();
        var epilog = new HelpEpilogAction((HelpAction)help.Action!);
        help.Action = epilog;
        root.SetAction(parsed =>
        {
            epilog.Invoke(parsed);
            return ExitCodes.Usage;
        });
        return root;
    }

    private static int? CodeOf(Exception error, CancellationToken stop) => error switch
    {
        OperationCanceledException when stop.IsCancellationRequested => ExitCodes.Interrupted,
        OutputClosedException => ExitCodes.OutputClosed,
        CommandFailedException failed => failed.ExitCode,
        UsageException or ConfigurationException or HoconException or WatchlistException => ExitCodes.Usage,
        FileNotFoundException missing when missing.Message.StartsWith("--config", StringComparison.Ordinal) => ExitCodes.Usage,
        CaptureException => ExitCodes.Capture,
        StoreException or JournalUnavailableException or JournalCorruptException => ExitCodes.Store,
        BrokerException or SignatureDatabaseException or SignatureImportException or CuratedTableException => ExitCodes.Failure,
        IOException or UnauthorizedAccessException or InvalidDataException => ExitCodes.Failure,
        _ => null,
    };

    private static string CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, at.Command is RootCommand ? "actorfp" : at.Command.Name);
        return string.Join(' ', names);
    }
}
