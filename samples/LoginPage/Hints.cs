using System.Text.Json;

namespace LoginPage;

/// <summary>What the page's script sends: hours from UTC and a coarse screen size, already in buckets.</summary>
internal static class Hints
{
    private const int MaxLength = 512;

    /// <summary>The hints; null for none, or for anything else than a small object.</summary>
    public static JsonElement? Parse(string? text)
    {
        if (text is null || text.Length > MaxLength) return null;
        try
        {
            return JsonElement.Parse(text) is { ValueKind: JsonValueKind.Object } hints ? hints : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
