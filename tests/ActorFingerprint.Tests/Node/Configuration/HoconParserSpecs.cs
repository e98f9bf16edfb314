using ActorFingerprint.Node.Configuration.Hocon;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace ActorFingerprint.Tests.Node.Configuration;

public sealed class HoconParserSpecs
{
    [Fact]
    public void A_file_with_every_supported_form_becomes_flat_keys()
    {
        const string text = """"
            # a comment
            // another one
            a = 1
            b : two words   # trailing comment
            c.d.e = 5ms
            c { d { f = "quoted \"text\" \u00e9\n" }, g = 64 KiB }
            list = [ eth0, "eth 1"
                     eth2 ]   // separated by a comma or a line
            objects = [ { name = x, n = 1 }, { name = y } ]
            empty = []
            none = ""
            raw = """C:\dir "quoted"
            second line"""
            "dotted.name".x = yes
            copy = ${c.g}
            lists = ${list}
            """";
        var expected = new Dictionary<string, string?>
        {
            ["a"] = "1",
            ["b"] = "two words",
            ["c:d:e"] = "5ms",
            ["c:d:f"] = "quoted \"text\" é\n",
            ["c:g"] = "64 KiB",
            ["list:0"] = "eth0",
            ["list:1"] = "eth 1",
            ["list:2"] = "eth2",
            ["objects:0:name"] = "x",
            ["objects:0:n"] = "1",
            ["objects:1:name"] = "y",
            ["empty"] = "",
            ["none"] = "",
            ["raw"] = "C:\\dir \"quoted\"\nsecond line",
            ["dotted.name:x"] = "yes",
            ["copy"] = "64 KiB",
            ["lists:0"] = "eth0",
            ["lists:1"] = "eth 1",
            ["lists:2"] = "eth2",
        };
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), Flat(text).OrderBy(e => e.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Braces_around_the_whole_file_and_crlf_and_a_byte_order_mark_are_fine() =>
        Assert.Equal("1", Flat("\uFEFF{\r\n  a.b = 1\r\n}\r\n")["a:b"]);

    [Fact]
    public void Later_scalars_and_lists_replace_and_objects_merge()
    {
        var flat = Flat("a { x = 1, y = 1 }\na { y = 2 }\nl = [1, 2, 3]\nl = [4]\no { k = 1 }\no = text");
        Assert.Equal(("1", "2", "4", "text"), (flat["a:x"], flat["a:y"], flat["l:0"], flat["o"]));
        Assert.DoesNotContain("l:1", flat.Keys);
        Assert.DoesNotContain("o:k", flat.Keys);
    }

    [Fact]
    public void An_unset_optional_reference_keeps_the_earlier_value_and_a_set_one_replaces_it()
    {
        const string text = "port = 8558\nport = ${?PORT}\nnew = ${?NOTHING}";
        Assert.Equal("8558", Flat(text)["port"]);
        Assert.DoesNotContain("new", Flat(text).Keys);
        Assert.Equal("9000", Flat(text, ("PORT", "9000"))["port"]);
    }

    [Fact]
    public void A_layer_keeps_the_value_of_the_layer_below_when_its_reference_is_unset()
    {
        var below = HoconParser.Parse("reference.conf", "http.port = 8558");
        var above = HoconParser.Parse("application.conf", "http { port = ${?PORT} }");
        var root = new ConfigurationBuilder().Add(new HoconConfigurationSource([below, above], _ => null)).Build();
        Assert.Equal("8558", root["http:port"]);
    }

    [Fact]
    public void A_reference_sees_the_value_that_a_later_layer_gave()
    {
        var below = HoconParser.Parse("reference.conf", "folder = a\ncopy = ${folder}");
        var above = HoconParser.Parse("application.conf", "folder = b");
        var root = new ConfigurationBuilder().Add(new HoconConfigurationSource([below, above], _ => null)).Build();
        Assert.Equal("b", root["copy"]);
    }

    [Theory]
    [InlineData("a = 1\nb += 2", 2, "+= is not supported")]
    [InlineData("a = ${b}", 1, "neither a key nor an environment variable")]
    [InlineData("a = ${b}\nb = ${a}", 1, "refers to itself")]
    [InlineData("o { x = 1 }\na = ${o}", 2, "is an object")]
    [InlineData("a = ${b} tail\nb = 1", 1, "one quoted string")]
    [InlineData("a = \"x\" \"y\"", 1, "one quoted string")]
    [InlineData("b = 1\na = x${b}", 2, "one quoted string")]
    [InlineData("a = http://example.org", 1, "one quoted string")]
    [InlineData("a = $b", 1, "write ${path}")]
    [InlineData("a = ${b", 1, "not complete")]
    [InlineData("a =\nb = 1", 1, "a value is missing")]
    [InlineData("a = # nothing", 1, "a value is missing")]
    [InlineData("a", 1, "has no value")]
    [InlineData("\n\na b = 1", 3, "has a blank")]
    [InlineData("a = \"open", 1, "close it with")]
    [InlineData("\na = \"\"\"open\n\n", 2, "end it with")]
    [InlineData("a = \"\\x\"", 1, "is no escape")]
    [InlineData("a {\n b = 1", 2, "end it with }")]
    [InlineData("a = [1\n2", 1, "end it with ]")]
    [InlineData("a = 1 }", 1, "'}'")]
    [InlineData("= 1", 1, "a key must stand")]
    [InlineData("a. = 1", 1, "a key must stand")]
    [InlineData("include file(\"x\")", 1, "write include \"file\"")]
    [InlineData("include \"x\"", 1, "possible in files only")]
    [InlineData("include = 1", 1, "put a key of that name into quotes")]
    public void What_is_not_in_the_subset_is_refused_with_its_line_and_what_to_write(string text, int line, string hint)
    {
        var error = Assert.Throws<HoconException>(() => Flat(text));
        Assert.StartsWith($"test.conf({line}): ", error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_is_refused_rather_than_followed()
    {
        var text = string.Concat(Enumerable.Repeat("a {", 10_000));
        Assert.Contains("nest deeper", Assert.Throws<HoconException>(() => Flat(text)).Message, StringComparison.Ordinal);
        var list = "a = " + new string('[', 10_000);
        Assert.Contains("nest deeper", Assert.Throws<HoconException>(() => Flat(list)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Included_files_are_found_beside_the_including_one_and_merged_in_place()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("sub"));
        File.WriteAllText(folder.File("main.conf"), "a = 1\ninclude \"sub/more.conf\"\nb = 3");
        File.WriteAllText(folder.File("sub/more.conf"), "a = 2\nb = 2\ninclude \"leaf.conf\"");
        File.WriteAllText(folder.File("sub/leaf.conf"), "c = 4");
        var flat = Flat(HoconParser.ParseFile(folder.File("main.conf")));
        Assert.Equal(("2", "3", "4"), (flat["a"], flat["b"], flat["c"]));
    }

    [Fact]
    public void A_missing_or_circular_include_is_refused_at_its_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.conf"), "x = 1\ninclude \"none.conf\"");
        File.WriteAllText(folder.File("b.conf"), "include \"c.conf\"");
        File.WriteAllText(folder.File("c.conf"), "\n\ninclude \"b.conf\"");
        Assert.StartsWith(folder.File("a.conf") + "(2): ",
            Assert.Throws<HoconException>(() => HoconParser.ParseFile(folder.File("a.conf"))).Message, StringComparison.Ordinal);
        var circle = Assert.Throws<HoconException>(() => HoconParser.ParseFile(folder.File("b.conf"))).Message;
        Assert.StartsWith(folder.File("c.conf") + "(3): ", circle, StringComparison.Ordinal);
        Assert.Contains("comes back to itself", circle, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_an_included_file_names_that_file()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.conf"), "include \"b.conf\"");
        File.WriteAllText(folder.File("b.conf"), "x = 1\ny +=");
        Assert.StartsWith(folder.File("b.conf") + "(2): ",
            Assert.Throws<HoconException>(() => HoconParser.ParseFile(folder.File("a.conf"))).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Flat(string text, params (string Name, string Value)[] environment) =>
        Flat(HoconParser.Parse("test.conf", text), environment);

    private static Dictionary<string, string?> Flat(HoconObject tree, params (string Name, string Value)[] environment) => HoconResolver
        .Flatten(tree, name => environment.FirstOrDefault(e => e.Name == name).Value).ToDictionary(s => s.Key, s => s.Value.Value);
}
