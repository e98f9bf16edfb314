using System.Text;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Journal;

public sealed class Crc32CSpecs
{
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void Known_texts_give_the_published_values(string text, uint expected) =>
        Assert.Equal(expected, Crc32C.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Thirty_two_zero_bytes_give_the_value_of_the_iscsi_standard() => Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));

    [Fact]
    public void Every_field_of_a_row_counts_and_none_can_lend_a_byte_to_the_next()
    {
        uint[] checksums =
        [
            RowChecksum.Of("ab", 1, "c", "d"u8),
            RowChecksum.Of("a", 1, "bc", "d"u8),
            RowChecksum.Of("ab", 1, "cd", ""u8),
            RowChecksum.Of("ab", 2, "c", "d"u8),
            RowChecksum.Of("ab", 1, "c", "e"u8),
        ];
        Assert.Equal(checksums.Length, checksums.Distinct().Count());
    }

    [Fact]
    public void A_row_with_long_texts_has_the_same_checksum_from_strings_and_from_bytes()
    {
        var (id, manifest) = (new string('ü', 300), new string('m', 300));
        Assert.Equal(
            RowChecksum.Of(Encoding.UTF8.GetBytes(id), 7, Encoding.UTF8.GetBytes(manifest), "x"u8),
            RowChecksum.Of(id, 7, manifest, "x"u8));
    }
}
