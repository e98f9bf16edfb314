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

/// <summary>Levenshtein distance, for "did you mean".</summary>
internal static class EditDistance
{
    /// <summary>How many letters to add, drop or change. Inputs are keys: short.</summary>
    public static int Between(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var row = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                row[j] = Math.Min(Math.Min(row[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (previous, row) = (row, previous);
        }
        return previous[b.Length];
    }
}
