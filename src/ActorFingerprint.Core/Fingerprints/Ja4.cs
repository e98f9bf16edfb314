using System.Buffers;
using System.Security.Cryptography;

namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// JA4 of a ClientHello, <c>a_b_c</c>: what it is and how much of it (10 characters), a hash of the sorted cipher suites and a
/// hash of the sorted extension types with the signature algorithms (12 lower-case hex digits each). Cases that the
/// published text leaves open are decided in the README of the TLS folder.
/// </summary>
public static class Ja4
{
    /// <summary>Characters of a JA4 value.</summary>
    public const int Length = Ja4Prefix.Length + 1 + HashLength + 1 + HashLength;

    private const int HashLength = 12;
    private const int StackValues = 256;
    private const ushort ServerNameType = 0;
    private const ushort AlpnType = 16;

    /// <summary>The fingerprint: 36 ASCII characters.</summary>
    public static string Compute(in ClientHelloFields hello) => Hashed(in hello, isSorted: true);

    /// <summary>JA4_o: the hashes of the wire order, server name and ALPN included.</summary>
    public static string Original(in ClientHelloFields hello) => Hashed(in hello, isSorted: false);

    /// <summary>JA4_r: the lists instead of their hashes.</summary>
    public static string Raw(in ClientHelloFields hello) => Listed(in hello, isSorted: true);

    /// <summary>JA4_ro: the lists in wire order, server name and ALPN included.</summary>
    public static string OriginalRaw(in ClientHelloFields hello) => Listed(in hello, isSorted: false);

    private static string Hashed(in ClientHelloFields hello, bool isSorted)
    {
        Span<byte> value = stackalloc byte[Length];
        Ja4Prefix.Write(in hello, value);
        value[Ja4Prefix.Length] = value[Ja4Prefix.Length + 1 + HashLength] = (byte)'_';
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        AppendCiphers(in hello, isSorted, ref text);
        WriteHash(text.Written, value.Slice(Ja4Prefix.Length + 1, HashLength));
        text.Clear();
        AppendExtensions(in hello, isSorted, ref text);
        WriteHash(text.Written, value[(Length - HashLength)..]);
        text.Dispose();
        return string.Create(Length, value, static (chars, ascii) =>
        {
            for (var i = 0; i < chars.Length; i++) chars[i] = (char)ascii[i];
        });
    }

    private static string Listed(in ClientHelloFields hello, bool isSorted)
    {
        Span<byte> prefix = stackalloc byte[Ja4Prefix.Length];
        Ja4Prefix.Write(in hello, prefix);
        var text = new FingerprintText(stackalloc byte[FingerprintText.StackLength]);
        text.Reserve(Ja4Prefix.Length + 1);
        text.Append(prefix);
        text.Append((byte)'_');
        AppendCiphers(in hello, isSorted, ref text);
        text.Reserve(1);
        text.Append((byte)'_');
        AppendExtensions(in hello, isSorted, ref text);
        var listed = text.ToString();
        text.Dispose();
        return listed;
    }

    private static void AppendCiphers(in ClientHelloFields hello, bool isSorted, ref FingerprintText text)
    {
        if (isSorted) AppendSorted(hello.CipherSuites, withoutNames: false, ref text);
        else text.AppendHexList(hello.CipherSuites);
    }

    private static void AppendExtensions(in ClientHelloFields hello, bool isSorted, ref FingerprintText text)
    {
        var before = text.Length;
        if (isSorted) AppendSorted(hello.Extensions, withoutNames: true, ref text);
        else text.AppendHexList(hello.Extensions);
        if (text.Length == before || Grease.CountOthers(hello.SignatureAlgorithms) == 0) return;
        text.Reserve(1);
        text.Append((byte)'_');
        text.AppendHexList(hello.SignatureAlgorithms);
    }

    private static void AppendSorted(ReadOnlySpan<ushort> values, bool withoutNames, ref FingerprintText text)
    {
        ushort[]? rented = null;
        var sorted = values.Length <= StackValues
            ? stackalloc ushort[StackValues]
            : rented = ArrayPool<ushort>.Shared.Rent(values.Length);
        var count = 0;
        foreach (var value in values)
            if (!Grease.IsGrease(value) && !(withoutNames && value is ServerNameType or AlpnType)) sorted[count++] = value;
        sorted[..count].Sort();
        text.AppendHexList(sorted[..count]);
        if (rented is not null) ArrayPool<ushort>.Shared.Return(rented);
    }

    private static void WriteHash(ReadOnlySpan<byte> list, Span<byte> hex)
    {
        if (list.IsEmpty) { hex.Fill((byte)'0'); return; }
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(list, digest);
        Convert.TryToHexStringLower(digest[..(HashLength / 2)], hex, out _);
    }
}
