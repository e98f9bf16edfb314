using ActorFingerprint.Node.Configuration;
using Xunit;

namespace ActorFingerprint.Tests.Node.Configuration;

public sealed class UnitsSpecs
{
    [Theory]
    [InlineData("5ms", 50_000)]
    [InlineData("250 us", 2_500)]
    [InlineData("120s", 1_200_000_000)]
    [InlineData("1.5h", 54_000_000_000)]
    [InlineData("30d", 25_920_000_000_000)]
    public void Durations_are_read_with_their_unit(string text, long ticks)
    {
        Assert.True(Units.TryParseDuration(text, out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("512 B", 512)]
    [InlineData("64 KiB", 65_536)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("1.5 kB", 1_500)]
    [InlineData("2 GiB", 2_147_483_648)]
    public void Sizes_are_read_with_their_unit(string text, long bytes)
    {
        Assert.True(Units.TryParseSize(text, out var size));
        Assert.Equal(bytes, size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("ms")]
    [InlineData("-5ms")]
    [InlineData("5 weeks")]
    [InlineData("1.2.3s")]
    [InlineData("64 K")]
    [InlineData("99999999999999d")]
    [InlineData("99999999999 TiB")]
    public void A_number_without_a_known_unit_is_refused(string text)
    {
        Assert.False(Units.TryParseDuration(text, out _));
        Assert.False(Units.TryParseSize(text, out _));
    }

    [Theory]
    [InlineData("5ms")]
    [InlineData("90d")]
    [InlineData("0s")]
    [InlineData("90s")]
    [InlineData("250us")]
    public void Durations_print_as_they_are_written(string text)
    {
        Assert.True(Units.TryParseDuration(text, out var duration));
        Assert.Equal(text, Units.Format(duration));
    }

    [Theory]
    [InlineData("0 B")]
    [InlineData("100 B")]
    [InlineData("64 KiB")]
    [InlineData("3 GiB")]
    public void Sizes_print_as_they_are_written(string text)
    {
        Assert.True(Units.TryParseSize(text, out var size));
        Assert.Equal(text, new ByteSize(size).ToString());
    }
}
