using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Which layer a value came from.</summary>
internal static class ConfigurationOrigin
{
    /// <summary>The place of a flat key in the uppermost layer that holds it, or null.</summary>
    public static string? Of(IConfigurationRoot root, string key) => root.Providers.Reverse()
        .Where(p => p.TryGet(key, out _))
        .Select(p => (p as IConfigurationOrigin)?.Describe(key))
        .FirstOrDefault(place => place is not null);
}

/// <summary>Levenshtein distance, two neighbours that changed places counting once, for "did you mean".</summary>
internal static class EditDistance
{
    /// <summary>How many letters to add, drop, change or swap. Inputs are keys: short.</summary>
    public static int Between(string a, string b)
    {
        var distances = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[i, j] = i + j;
                    continue;
                }
                var changed = distances[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var least = Math.Min(Math.Min(distances[i, j - 1], distances[i - 1, j]) + 1, changed);
                var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                distances[i, j] = isSwap ? Math.Min(least, distances[i - 2, j - 2] + 1) : least;
            }
        return distances[a.Length, b.Length];
    }
}
