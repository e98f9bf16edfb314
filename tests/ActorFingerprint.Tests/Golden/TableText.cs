using System.Globalization;
using System.Text;

namespace ActorFingerprint.Tests.Golden;

/// <summary>How the tables of the discovery protocols write text: the bytes themselves as UTF-8, values joined by a bar.</summary>
internal static class TableText
{
    /// <summary>Escaped text back to its bytes, as UTF-8.</summary>
    public static string Plain(string? escaped)
    {
        if (escaped is null) return "";
        List<byte> bytes = [];
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                bytes.Add((byte)escaped[i]);
                continue;
            }
            bytes.Add(byte.Parse(escaped.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            i += 3;
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>All values of a cell.</summary>
    public static string Joined(IEnumerable<string> values) => string.Join('|', values);
}
