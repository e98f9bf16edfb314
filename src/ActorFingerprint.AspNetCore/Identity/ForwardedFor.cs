using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace ActorFingerprint.AspNetCore;

/// <summary>
/// Addresses of <c>Forwarded</c> and <c>X-Forwarded-For</c> from the right: a client may have written anything to the left of what the
/// nearest proxy added, so nothing there is looked at before the right has been read. Null stands for an entry that is no address.
/// </summary>
internal static class ForwardedFor
{
    /// <summary>The <c>for</c> of each element of <c>Forwarded</c> (RFC 7239 §4).</summary>
    public static IEnumerable<IPAddress?> FromRight(StringValues lines) => Elements(lines, ',').Select(ForOf);

    /// <summary>The entries of <c>X-Forwarded-For</c>.</summary>
    public static IEnumerable<IPAddress?> FromRightOfList(StringValues lines) => Elements(lines, ',').Select(AddressOf);

    private static IPAddress? ForOf(string element)
    {
        IPAddress? found = null;
        foreach (var pair in Split(element, ';'))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || !pair.AsSpan(0, at).Trim().Equals("for", StringComparison.OrdinalIgnoreCase)) continue;
            if (found is not null) return null; // two of them: neither can be meant
            var value = pair[(at + 1)..].Trim();
            found = AddressOf(value is ['"', .., '"'] ? value[1..^1] : value);
            if (found is null) return null; // unknown, or a name that hides the address (§6.2, §6.3)
        }
        return found;
    }

    /// <summary>An address with or without a port; IPv6 with a port is in brackets.</summary>
    private static IPAddress? AddressOf(string text)
    {
        var node = text.AsSpan().Trim();
        if (node is ['[', ..])
        {
            var end = node.IndexOf(']');
            if (end < 0 || !IsPort(node[(end + 1)..])) return null;
            node = node[1..end];
        }
        else if (node.Count(':') == 1)
        {
            var colon = node.IndexOf(':');
            if (!IsPort(node[colon..])) return null;
            node = node[..colon];
        }
        return IPAddress.TryParse(node, out var address)
            && (address.AddressFamily != AddressFamily.InterNetwork || node.Equals(address.ToString(), StringComparison.Ordinal))
            ? address
            : null;
    }

    /// <summary>Nothing, or a colon and a port, which may hide itself (§6.3).</summary>
    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && text.Length > 1 && text[1..].IndexOfAnyExcept(PortCharacters) < 0);

    private static readonly System.Buffers.SearchValues<char> PortCharacters =
        System.Buffers.SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-");

    private static IEnumerable<string> Elements(StringValues lines, char separator)
    {
        for (var line = lines.Count - 1; line >= 0; line--)
            foreach (var element in Split(lines[line] ?? "", separator))
                yield return element;
    }

    /// <summary>Parts between separators outside quoted strings, from the right; empty ones are left out.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var end = text.Length;
        var quoted = false;
        for (var i = text.Length - 1; i >= -1; i--)
        {
            if (i >= 0 && text[i] == '"' && !IsEscaped(text, i)) quoted = !quoted;
            if (i >= 0 && (quoted || text[i] != separator)) continue;
            var part = text[(i + 1)..end].Trim();
            end = Math.Max(i, 0);
            if (part.Length > 0) yield return part;
        }
    }

    private static bool IsEscaped(string text, int at)
    {
        var slashes = 0;
        while (at - slashes > 0 && text[at - slashes - 1] == '\\') slashes++;
        return slashes % 2 == 1;
    }
}
