using System.Text;
using ActorFingerprint.Core.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorFingerprint.Tests.Core.Text;

public sealed class WireTextSpecs
{
    [Fact]
    public void Printable_ascii_stays_and_everything_else_is_escaped() =>
        Assert.Equal(@"a b~\x00\x1b\x5c\x7f\xe9", WireText.Escape([.. "a b~"u8, 0, 0x1B, (byte)'\\', 0x7F, 0xE9]));

    [Fact]
    public void Different_bytes_never_give_the_same_text() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(),
        (a, b) => a.SequenceEqual(b) == (WireText.Escape(a) == WireText.Escape(b))).QuickCheckThrowOnFailure();

    [Fact]
    public void Plain_comparison_agrees_with_the_text() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        var text = WireText.Escape(bytes);
        return WireText.EqualsPlain(bytes, text) == (text.Length == bytes.Length);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Escaped_text_sent_as_text_is_another_name() =>
        Assert.False(WireText.EqualsPlain(Encoding.ASCII.GetBytes(@"a\x00"), WireText.Escape("a\0"u8)));

    [Fact]
    public void The_stable_hash_never_changes()
    {
        Assert.Equal(0xEFD01F60BA992926UL, StableHash.Of(""));
        Assert.Equal(0xCD3B846CB9256CCFUL, StableHash.Of("example.org"));
    }
}
