using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorFingerprint.Tools.OuiTable;

/// <summary>An assigned prefix. <paramref name="Name"/> is empty when the owner is not known by it.</summary>
internal readonly record struct VendorAssignment(int Bits, ulong Prefix, string Name);

/// <summary>The registry assignments in an unpacked <c>oui-data</c> package.</summary>
internal sealed record VendorAssignments(string Source, IReadOnlyList<VendorAssignment> Assignments)
{
    private const string Private = "Private";
    private const string Container = "IEEE Registration Authority";

    /// <summary>Reads <c>package.json</c> and <c>index.json</c>; assignments come sorted by length and prefix.</summary>
    public static VendorAssignments Read(string folder)
    {
        using var package = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "package.json")));
        var source = $"{package.RootElement.GetProperty("name")} {package.RootElement.GetProperty("version")}";
        using var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")));
        var assignments = index.RootElement.EnumerateObject()
            .Select(entry => Parse(entry.Name, entry.Value.GetString()!))
            .Where(assignment => IsGlobalUnicast(assignment))
            .OrderBy(assignment => assignment.Bits).ThenBy(assignment => assignment.Prefix);
        return new VendorAssignments(source, [.. assignments]);
    }

    private static VendorAssignment Parse(string prefix, string text)
    {
        if (prefix.Length is not (6 or 7 or 9)) throw new InvalidDataException($"\"{prefix}\" is no prefix of 24, 28 or 36 bits");
        var name = Clean(text.Split('\n')[0]);
        return new VendorAssignment(
            prefix.Length * 4,
            ulong.Parse(prefix, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            name is Private or Container ? "" : name);
    }

    /// <summary>Drops format and control characters and folds white space.</summary>
    private static string Clean(string name)
    {
        var visible = new StringBuilder();
        foreach (var c in name)
            if (char.IsWhiteSpace(c)) visible.Append(' ');
            else if (char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.Control)) visible.Append(c);
        return string.Join(' ', visible.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool IsGlobalUnicast(VendorAssignment assignment) => (assignment.Prefix >> (assignment.Bits - 8) & 3) == 0;
}
