using System.Buffers;
using System.Security.Cryptography;

namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// AFS1, the product's own fingerprint of the software that makes a ClientHello: what it is able to do, without what differs between two
/// connections of one client (docs/stack-fingerprint.md). Stays the same over session resumption, padding, permutation of extensions, a
/// second hello after a retry, and from server to server.
/// </summary>
public static class StackFingerprint
{
    private const int HashLength = 16;
    private const int StackValues = 256;
    private const int FixedLength = 24;

    /// <summary>The fingerprint: <c>afs1:version:counts:hash</c>.</summary>
    public static string Of(in ClientHelloFields hello)
    {
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        text.Reserve(MaxTextLength(in hello));
        Append(in hello, ref text);
        var value = Of(in hello, text.Written);
        text.Dispose();
        return value;
    }

    private static string Of(in ClientHelloFields hello, ReadOnlySpan<byte> text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, digest);
        var hash = Convert.ToHexStringLower(digest[..(HashLength / 2)]);
        var (ciphers, extensions) = (Count(text, (byte)'c'), Count(text, (byte)'x'));
        var (groups, algorithms) = (Count(text, (byte)'g'), Count(text, (byte)'s'));
        return $"afs1:{hello.HighestVersion:x4}:c{ciphers}x{extensions}g{groups}s{algorithms}:{hash}";
    }

    /// <summary>The canonical text that is hashed.</summary>
    public static string Text(in ClientHelloFields hello)
    {
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        text.Reserve(MaxTextLength(in hello));
        Append(in hello, ref text);
        var canonical = text.ToString();
        text.Dispose();
        return canonical;
    }

    /// <summary>Bytes that the text of a hello takes at most.</summary>
    private static int MaxTextLength(in ClientHelloFields hello) => FixedLength + 5 * (1 + hello.SupportedVersions.Length
        + hello.CipherSuites.Length + hello.Extensions.Length + hello.SupportedGroups.Length + hello.SignatureAlgorithms.Length)
        + 4 * hello.PointFormats.Length;

    /// <summary>True for an extension that comes and goes, or whose presence the peer or the request decides.</summary>
    public static bool IsLeftOut(ushort extension) => extension switch
    {
        0 or 16 or 13172 or 17513 or 17613 => true, // server name, ALPN, NPN, application settings: of the request
        21 or 51 or 40 or 44 => true, // padding, key share (and its number in drafts), cookie: of this hello
        35 or 41 or 42 or 45 or 25 => true, // ticket, pre-shared key, early data, its modes, cached info: of an earlier session
        57 or 0xFFA5 => true, // QUIC transport parameters: of the transport
        0xFE0D or 0xFFCE or 30031 or 30032 => true, // encrypted hello or name, channel id: of the server
        _ => Grease.IsGrease(extension),
    };

    private static void Append(in ClientHelloFields hello, ref FingerprintText text)
    {
        text.Append("v="u8);
        if (hello.HasSupportedVersions) AppendSet(hello.SupportedVersions, areExtensions: false, ref text);
        else text.AppendHex(hello.LegacyVersion);
        text.Append(";c="u8);
        AppendSet(hello.CipherSuites, areExtensions: false, ref text);
        text.Append(";x="u8);
        AppendSet(hello.Extensions, areExtensions: true, ref text);
        text.Append(";g="u8);
        text.AppendHexList(hello.SupportedGroups);
        text.Append(";s="u8);
        text.AppendHexList(hello.SignatureAlgorithms);
        text.Append(";p="u8);
        for (var i = 0; i < hello.PointFormats.Length; i++)
        {
            if (i > 0) text.Append((byte)',');
            text.AppendDecimal(hello.PointFormats[i]);
        }
    }

    /// <summary>Appends the values in rising order, each once.</summary>
    private static void AppendSet(ReadOnlySpan<ushort> values, bool areExtensions, ref FingerprintText text)
    {
        ushort[]? rented = null;
        var set = values.Length <= StackValues ? stackalloc ushort[StackValues] : rented = ArrayPool<ushort>.Shared.Rent(values.Length);
        var count = 0;
        foreach (var value in values)
            if (areExtensions ? !IsLeftOut(value) : !Grease.IsGrease(value) && value != FallbackSuite) set[count++] = value;
        set[..count].Sort();
        var distinct = 0;
        for (var i = 0; i < count; i++)
            if (i == 0 || set[i] != set[i - 1]) set[distinct++] = set[i];
        text.AppendHexList(set[..distinct]);
        if (rented is not null) ArrayPool<ushort>.Shared.Return(rented);
    }

    /// <summary>TLS_FALLBACK_SCSV (RFC 7507): only in the second attempt of a client whose first one failed.</summary>
    private const ushort FallbackSuite = 0x5600;

    /// <summary>How many values the list with this letter has.</summary>
    private static int Count(ReadOnlySpan<byte> text, byte letter)
    {
        var list = text[(text.IndexOf([letter, (byte)'=']) + 2)..];
        list = list[..list.IndexOf((byte)';')];
        return list.IsEmpty ? 0 : list.Count((byte)',') + 1;
    }
}
