using Xunit;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>Tests of the built executable: they kill it, fill its disk and measure it, so nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndCollection
{
    public const string Name = "end to end";
}
