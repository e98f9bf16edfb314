using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ActorFingerprint.Node.Cli;

/// <summary>A command whose help ends with examples and notes.</summary>
internal sealed class DocumentedCommand(string name, string description, string epilog) : Command(name, description)
{
    /// <summary>Printed after the options.</summary>
    public string Epilog { get; } = epilog;
}

/// <summary>The stock help, then the command's own epilog and the exit codes.</summary>
internal sealed class HelpEpilogAction(HelpAction stock) : SynchronousCommandLineAction
{
    private const string Codes = """
        Exit codes:
          0 ok   1 failure   2 usage or configuration   3 capture   4 store   5 node not reachable   130 interrupted   141 output closed
        """;

    private const string Root = """
        Examples:
          actorfp run samples/home.pcapng            read a capture into a store, then serve it on http://127.0.0.1:8558
          actorfp scan capture.pcapng                print the devices of a capture and keep nothing
          actorfp run --interface eth0 --protocols dhcp,tls
          actorfp devices list --json

        Which command needs what:
          run                                        is the node
          scan, interfaces, config, audit, db …      need no node
          limits policies|simulate                   need no node
          devices list|show|explain|export, journal … open the store of --folder and only read; a node may be running
          devices label|forget                       ask the running node; with --offline they open the store themselves
          limits check|state|unblock|rotate, admin … ask the running node
          journal import|replay --rebuild, clear     change the store: no node may be running
          journal dlq …                              asks the broker of the cluster

        """;

    public override bool Terminating => true;

    public override int Invoke(ParseResult parseResult)
    {
        stock.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        if (command is RootCommand) output.WriteLine(Root);
        if (command is DocumentedCommand documented) output.WriteLine(documented.Epilog + "\n");
        output.WriteLine(Codes);
        output.Flush();
        return ExitCodes.Ok;
    }
}
