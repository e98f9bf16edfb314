using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>
/// A <c>fingerprint</c> element of recog: what it says (<c>param</c>), and on what texts it is to match (<c>example</c>).
/// </summary>
internal sealed partial class RecogFingerprint
{
    private const int MaxRounds = 4;

    private readonly List<(string Name, int Position, string Value)> _parameters = [];
    private readonly List<RecogExample> _examples = [];

    private RecogFingerprint(int line, string description) => (Line, Description) = (line, description);

    /// <summary>The line that it begins in.</summary>
    public int Line { get; }

    /// <summary>What it describes.</summary>
    public string Description { get; }

    /// <summary>Reads an element; a parameter without place is told to <paramref name="problems"/>.</summary>
    public static RecogFingerprint Read(XElement element, ImportProblems problems)
    {
        var fingerprint = new RecogFingerprint(XmlEntries.LineOf(element),
            ImportedDevice.Clean(element.Element("description")?.Value) ?? "");
        foreach (var parameter in element.Elements("param"))
        {
            var name = parameter.Attribute("name")?.Value ?? "";
            var place = parameter.Attribute("pos")?.Value;
            if (name.Length > 0 && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
                fingerprint._parameters.Add((name, position, parameter.Attribute("value")?.Value ?? ""));
            else problems.Add(XmlEntries.LineOf(parameter), "a param needs a name and a pos");
        }
        foreach (var example in element.Elements("example"))
            if (RecogExample.TryRead(example, out var read)) fingerprint._examples.Add(read);
            else problems.CountUnused("examples that stand in another file");
        return fingerprint;
    }

    /// <summary>
    /// A parameter as text: a constant, with <c>$1</c> for what group 1 of the expression takes; null without it.
    /// </summary>
    public string? Template(string name, int rounds = MaxRounds)
    {
        foreach (var (known, position, value) in _parameters)
            if (known == name)
                return position > 9 ? null : position > 0 ? "$" + position.ToString(CultureInfo.InvariantCulture)
                    : rounds == 0 ? value : Interpolation().Replace(value, part => Template(part.Groups[1].Value, rounds - 1)
                        ?? part.Value);
        return null;
    }

    /// <summary>A parameter that is the same for all matches; null when it is not there or taken from the value.</summary>
    public string? Constant(string name) => Template(name) is { } text && !text.Contains('$', StringComparison.Ordinal) ? text : null;

    /// <summary>Tries the examples; says what is wrong with the first that does not come out as it says.</summary>
    public (int Line, string Problem)? Verify(SignatureExpression expression, RecogTarget target)
    {
        foreach (var example in _examples)
        {
            if (expression.Find(target.Sample + example.Value) is not { } match) return (example.Line, "does not match its own example");
            foreach (var (name, expected) in example.Expected)
                if (Resolve(name, match) is var found && found != expected)
                    return (example.Line, $"gives {name}='{found}' for its own example, not '{expected}'");
        }
        return null;
    }

    private string? Resolve(string name, Match match)
    {
        if (Template(name) is not { } template) return null;
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
            if (template[i] == '$' && i + 1 < template.Length && char.IsAsciiDigit(template[i + 1]))
                text.Append(match.Groups[template[++i] - '0'].Value);
            else text.Append(template[i]);
        return text.ToString();
    }

    [GeneratedRegex(@"\{([a-z0-9_.]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Interpolation();
}

/// <summary>A text that a fingerprint is to match, escaped, and the parameters that it is to give.</summary>
internal sealed record RecogExample(int Line, string Value, IReadOnlyList<(string Name, string Value)> Expected)
{
    /// <summary>Reads an element; false when its text stands in another file or is no Base64.</summary>
    public static bool TryRead(XElement element, out RecogExample example)
    {
        example = null!;
        if (element.Attribute("_filename") is not null) return false;
        var bytes = Encoding.UTF8.GetBytes(element.Value);
        if (element.Attribute("_encoding")?.Value == "base64")
        {
            var decoded = new byte[bytes.Length];
            if (!Convert.TryFromBase64String(element.Value.Trim(), decoded, out var length)) return false;
            bytes = decoded[..length];
        }
        example = new RecogExample(XmlEntries.LineOf(element), WireText.Escape(bytes),
            [.. element.Attributes().Where(attribute => !attribute.Name.LocalName.StartsWith('_'))
                .Select(attribute => (attribute.Name.LocalName, WireText.Escape(Encoding.UTF8.GetBytes(attribute.Value))))]);
        return true;
    }
}
