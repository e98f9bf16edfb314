using ActorFingerprint.Node.Output;
using Xunit;

namespace ActorFingerprint.Tests.Node.Output;

public sealed class HostileTextSpecs
{
    [Theory]
    [InlineData("printer-1", "printer-1")]
    [InlineData("Küche ☕ 日本", "Küche ☕ 日本")]
    [InlineData("a\u001b[2Jb", "a\\x1B[2Jb")]
    [InlineData("a\nb\tc\0", "a\\x0Ab\\x09c\\x00")]
    [InlineData("a\u009bb\u007f", "a\\x9Bb\\x7F")]
    [InlineData("a\u202Eb\u200B", "a\\u{202E}b\\u{200B}")]
    [InlineData("a\u2028b", "a\\u{2028}b")]
    public void Terminal_text_cannot_move_hide_or_reorder_anything(string text, string expected) =>
        Assert.Equal(expected, TerminalText.Escape(text));

    [Fact]
    public void Half_a_surrogate_pair_is_escaped() => Assert.Equal("a\\u{D800}b", TerminalText.Escape("a\uD800b"));

    [Theory]
    [InlineData("plain", "plain\r\n")]
    [InlineData("a,b", "\"a,b\"\r\n")]
    [InlineData("a\"b", "\"a\"\"b\"\r\n")]
    [InlineData("a\nb", "\"a\nb\"\r\n")]
    [InlineData("=1+1", "'=1+1\r\n")]
    [InlineData("+1", "'+1\r\n")]
    [InlineData("-1", "'-1\r\n")]
    [InlineData("@SUM(1)", "'@SUM(1)\r\n")]
    [InlineData("\t=1", "'\t=1\r\n")]
    [InlineData("=\"a\",b", "\"'=\"\"a\"\",b\"\r\n")]
    public void Csv_fields_are_quoted_and_formulas_disarmed(string field, string expected) => Assert.Equal(expected, Csv.Row(field));

    [Fact]
    public void Csv_rows_keep_empty_fields() => Assert.Equal(",a,\r\n", Csv.Row(null, "a", ""));

    [Fact]
    public void Plain_tables_align_and_escape()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var table = new TextTable("name", "n");
        table.Add("a\u001b[31m", "1");
        table.Add("long name here");
        table.Write(output, isTerminal: false);
        Assert.Equal("name            n\na\\x1B[31m       1\nlong name here\n", output.ToString());
    }
}
