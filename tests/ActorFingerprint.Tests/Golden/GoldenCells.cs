using System.Text.Json.Nodes;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Compares golden observations with found ones: every golden cell must be there and equal, and nothing else may be
/// found.</summary>
internal static class GoldenCells
{
    /// <summary>Cells that describe the golden row itself.</summary>
    private static readonly string[] Remarks = ["kind", "optional", "behind"];

    /// <summary>One line for each difference; none when the two agree.</summary>
    public static IReadOnlyList<string> Differences(IEnumerable<JsonObject> golden, IEnumerable<JsonObject> found)
    {
        List<string> differences = [];
        var open = found.ToList();
        foreach (var expected in golden)
        {
            var match = open.FirstOrDefault(seen => Matches(expected, seen)) ?? open.FirstOrDefault(seen => IsSameMessage(expected, seen));
            if (match is not null)
            {
                open.Remove(match);
                Compare(expected, match, Name(expected), differences);
            }
            else if (expected["optional"] is null)
            {
                differences.Add($"missing: {Name(expected)}");
            }
        }
        differences.AddRange(open.Select(extra => $"extra: {Name(extra)}"));
        return differences;
    }

    private static string Name(JsonObject row) => $"frame {row["frame"]} {row["event"]}";

    private static bool IsSameMessage(JsonObject expected, JsonObject seen) => Name(expected) == Name(seen);

    private static bool Matches(JsonObject expected, JsonObject seen)
    {
        List<string> differences = [];
        Compare(expected, seen, "", differences);
        return differences.Count == 0;
    }

    private static void Compare(JsonObject expected, JsonObject seen, string path, List<string> differences)
    {
        foreach (var (name, value) in expected)
        {
            if (Remarks.Contains(name)) continue;
            var cell = $"{path} {name}";
            if (value is JsonObject inner && seen[name] is JsonObject seenInner) Compare(inner, seenInner, cell, differences);
            else if (value?.ToJsonString() != seen[name]?.ToJsonString())
                differences.Add($"{cell}: expected {value?.ToJsonString() ?? "null"}, found {seen[name]?.ToJsonString() ?? "null"}");
        }
    }
}
