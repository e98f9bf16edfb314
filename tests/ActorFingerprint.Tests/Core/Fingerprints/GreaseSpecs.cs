using ActorFingerprint.Core.Fingerprints;
using Xunit;

namespace ActorFingerprint.Tests.Core.Fingerprints;

public sealed class GreaseSpecs
{
    [Fact]
    public void Exactly_the_sixteen_reserved_values_are_grease() =>
        Assert.Equal(HexList.Grease, Enumerable.Range(0, 65536).Select(v => (ushort)v).Where(Grease.IsGrease));

    [Theory]
    [InlineData(0x0A1A)]
    [InlineData(0x1A2A)]
    public void Unequal_bytes_are_an_ordinary_value(int value) => Assert.False(Grease.IsGrease((ushort)value));
}
