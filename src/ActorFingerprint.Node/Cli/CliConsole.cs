using System.Text;

namespace ActorFingerprint.Node.Cli;

/// <summary>Standard input, output and error of a command: the process's own, or those of a test.</summary>
public sealed class CliConsole
{
    /// <summary>What was asked for: tables, JSON lines.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything else: progress, warnings, logs, errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers to questions.</summary>
    public required TextReader In { get; init; }

    /// <summary>The bytes behind <see cref="Out"/>; flush <see cref="Out"/> before using it.</summary>
    public required Stream OutStream { get; init; }

    /// <summary>The bytes behind <see cref="In"/>.</summary>
    public required Stream InStream { get; init; }

    /// <summary>Output goes to a terminal: tables are drawn.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>Error goes to a terminal: progress is drawn.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Somebody can answer questions.</summary>
    public bool IsInTerminal { get; init; }

    /// <summary>The process's own.</summary>
    public static CliConsole OfProcess()
    {
        var output = StandardStream.Output();
        return new CliConsole
        {
            Out = new StreamWriter(output, new UTF8Encoding(false), 1 << 16) { NewLine = "\n" },
            Error = TextWriter.Synchronized(
                new StreamWriter(StandardStream.Error(), new UTF8Encoding(false), 256) { AutoFlush = true, NewLine = "\n" }),
            In = Console.In,
            OutStream = output,
            InStream = Console.OpenStandardInput(),
            IsOutTerminal = !Console.IsOutputRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            IsInTerminal = !Console.IsInputRedirected,
        };
    }
}
