using ActorFingerprint.Integration.Tests.Cluster;
using ActorFingerprint.Integration.Tests.RabbitMq;
using Xunit.Runner.InProc.SystemConsole;

// A test that kills a consumer needs one in a process of its own: this program again, with other arguments. So has tools/chaos.
return args switch
{
    [ConsumerProcess.Command, .. var rest] => await ConsumerProcess.RunAsync(rest),
    [ChaosCommand.Command, .. var rest] => await ChaosCommand.RunAsync(rest),
    _ => await ConsoleRunner.Run(args),
};
