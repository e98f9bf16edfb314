using System.Text.RegularExpressions;
using ActorFingerprint.Core.Identification.Signatures;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class PatternSpecs
{
    [Theory]
    [InlineData("ESP_%%%%%%", "ESP_07AEFB", true)]
    [InlineData("ESP_%%%%%%", "esp_07aefb", true)]
    [InlineData("ESP_%%%%%%", "ESP_07AEF", false)]
    [InlineData("ESP_%%%%%%", "ESP_07AEFG", false)]
    [InlineData("HS1##(*)", "HS100(EU)", true)]
    [InlineData("HS1##(*)", "HS1x0(EU)", false)]
    [InlineData("*s-iPhone", "Annas-iPhone", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData(@"100\%", "100%", true)]
    [InlineData(@"a\*", "ab", false)]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    public void A_glob_matches_whole_values(string pattern, string value, bool matches) => Assert.Equal(matches, new GlobPattern(pattern).IsMatch(value));

    [Fact]
    public void Stars_tell_what_they_stand_for_as_short_as_they_can() =>
        Assert.Equal(["x", "y-", "-b"], new GlobPattern("a*-*b*").Captures("ax-y-b-b") ?? []);

    [Fact]
    public void Globs_agree_with_the_expressions_that_say_the_same()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = Text(random, "ab*?#", 8);
            var value = Text(random, "ab1", 10);
            var expression = "^" + string.Concat(pattern.Select(c => c switch { '*' => ".*", '?' => ".", '#' => "[0-9]", _ => Regex.Escape(c.ToString()) })) + "$";
            Assert.True(Regex.IsMatch(value, expression, RegexOptions.IgnoreCase) == new GlobPattern(pattern).IsMatch(value), $"{pattern} on {value}");
        }
    }

    [Theory]
    [InlineData("(?i)^DCS-?\\w", "dcs-930", true)]
    [InlineData("(?i)^(?:Fossil|TicWatch|Garmin)\\w*", "garmin-x", true)]
    [InlineData("(?i)^(?:Fossil|TicWatch|Garmin)\\w*", "xgarmin", false)]
    [InlineData("^_(?:raop|hap)\\._tcp (?:am|md)=(Apple\\w+)", "_hap._tcp md=AppleTV", true)]
    [InlineData("a|b", "xxb", true)]
    [InlineData("a?b", "b", true)]
    [InlineData("(?:ab)*c", "c", true)]
    [InlineData("x{0,2}y", "y", true)]
    [InlineData("[ab]c", "bc", true)]
    [InlineData("(?=foo)f", "foo", true)]
    [InlineData("foo(", "foo", false)]
    public void An_expression_matches_as_dotnet_does(string pattern, string value, bool matches) =>
        Assert.Equal(matches, new ExpressionPattern(pattern).Captures(value) is not null);

    [Fact]
    public void A_text_that_an_expression_requires_never_hides_a_match()
    {
        string[] parts = ["a", "b", "ab", "(?:a|b)", "(ab|c)", "a?", "b*", "c+", "[ab]", ".", "\\b", "(?:ab)?", "a{1,2}", "\\.", "\\w", "(?i:B)", "|", "^", "$"];
        var random = new Random(11);
        var matched = 0;
        for (var i = 0; i < 8_000; i++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => parts[random.Next(parts.Length)]));
            if (random.Next(2) == 0) pattern = "(?i)" + pattern;
            if (!SignatureExpression.TryCreate(pattern, out _, out _)) continue;
            var value = Text(random, "abcB.", 7);
            if (!Regex.IsMatch(value, pattern, RegexOptions.CultureInvariant)) continue;
            matched++;
            Assert.True(new ExpressionPattern(pattern).Captures(value) is not null, $"{pattern} on {value}");
        }
        Assert.InRange(matched, 500, 8_000);
    }

    [Fact]
    public void An_expression_that_would_run_for_ever_ends()
    {
        var hostile = new ExpressionPattern(@"^(?=a)(a+)+\1$");
        Assert.Null(hostile.Captures(new string('a', 5_000) + "!"));
    }

    [Fact]
    public void Near_lists_are_those_that_a_search_of_all_finds()
    {
        var random = new Random(3);
        byte[][] lists = [.. Enumerable.Range(0, 400).Select(_ => Codes(random, 4, 14))];
        var index = new NearestLists(lists);
        for (var round = 0; round < 500; round++)
        {
            var asked = round % 2 == 0 ? Codes(random, 4, 14) : Changed(lists[random.Next(lists.Length)], random);
            var expected = Enumerable.Range(0, lists.Length)
                .Where(i => lists[i].Length >= NearestLists.MinLength && asked.Length >= NearestLists.MinLength)
                .Select(i => (i, Distance: EditDistance(asked, lists[i]))).Where(found => found.Distance <= NearestLists.MaxDistance).Order();
            List<(int, int)> found = [];
            index.Find(asked, (list, distance) => found.Add((list, distance)));
            Assert.Equal(expected, found.Order());
        }
    }

    private static byte[] Codes(Random random, int least, int most) => [.. Enumerable.Range(0, random.Next(least, most)).Select(_ => (byte)random.Next(1, 7))];

    private static byte[] Changed(byte[] list, Random random)
    {
        var changed = list.ToList();
        for (var i = 0; i < random.Next(0, 3); i++)
            switch (random.Next(3))
            {
                case 0: changed.Insert(random.Next(changed.Count + 1), (byte)random.Next(1, 7)); break;
                case 1 when changed.Count > 1: changed.RemoveAt(random.Next(changed.Count)); break;
                default: changed[random.Next(changed.Count)] = (byte)random.Next(1, 7); break;
            }
        return [.. changed];
    }

    private static int EditDistance(byte[] a, byte[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
                table[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
        return table[a.Length, b.Length];
    }

    private static string Text(Random random, string letters, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(0, most)).Select(_ => letters[random.Next(letters.Length)]));
}
