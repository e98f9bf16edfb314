using System.Text;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>Paths of devices: names from the root, joined by <c>/</c>; a slash or backslash inside a name has a backslash before it.</summary>
public static class DevicePath
{
    /// <summary>The path of these names; blank ones are left out.</summary>
    public static string Of(params ReadOnlySpan<string?> names)
    {
        var path = new StringBuilder();
        foreach (var name in names)
        {
            if (string.IsNullOrWhiteSpace(name)) continue;
            if (path.Length > 0) path.Append('/');
            path.Append(name.Trim().Replace("\\", @"\\", StringComparison.Ordinal).Replace("/", @"\/", StringComparison.Ordinal));
        }
        return path.ToString();
    }

    /// <summary>The names of a path, root first.</summary>
    public static IReadOnlyList<string> Split(string path)
    {
        List<string> names = [];
        var name = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
            if (path[i] == '\\' && i + 1 < path.Length) name.Append(path[++i]);
            else if (path[i] == '/')
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else name.Append(path[i]);
        names.Add(name.ToString());
        return names;
    }

    /// <summary>The last name.</summary>
    public static string Name(string path) => Split(path)[^1];

    /// <summary>The path of the parent; null for a root.</summary>
    public static string? Parent(string path)
    {
        for (var i = path.Length - 1; i > 0; i--)
            if (path[i] == '/' && Backslashes(path, i) % 2 == 0) return path[..i];
        return null;
    }

    private static int Backslashes(string path, int before)
    {
        var count = 0;
        while (before - count > 0 && path[before - count - 1] == '\\') count++;
        return count;
    }
}
