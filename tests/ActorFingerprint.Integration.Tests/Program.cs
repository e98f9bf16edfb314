using ActorFingerprint.Integration.Tests.RabbitMq;
using Xunit.Runner.InProc.SystemConsole;

// A test that kills a consumer needs one in a process of its own: this program again, with other arguments.
return args is [ConsumerProcess.Command, .. var rest] ? await ConsumerProcess.RunAsync(rest) : await ConsoleRunner.Run(args);
