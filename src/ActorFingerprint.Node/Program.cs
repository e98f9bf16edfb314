using ActorFingerprint.Node.Cli;
using ActorFingerprint.Node.Hosting;

using var signals = new TerminationSignals(Environment.Exit);
var context = new CliContext(CliConsole.OfProcess(), new NodeComposition(TimeProvider.System), Environment.GetEnvironmentVariables(), TimeProvider.System);
return await CommandLine.RunAsync(context, args, signals.Stop);
