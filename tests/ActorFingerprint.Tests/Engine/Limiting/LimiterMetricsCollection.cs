using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>A collector hears every meter of the process, so nothing decides beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LimiterMetricsCollection
{
    public const string Name = "metrics of this process";
}
