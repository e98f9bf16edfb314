using System.Buffers;

namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>Texts that are hashes: lower-case hex of the lengths that MD5 and SHA-256 have. They travel as bytes, half as long.</summary>
internal static class HexText
{
    private const int Md5Length = 32;
    private const int Sha256Length = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>True for such a text: <see cref="Read"/> and <see cref="Write"/> lead back to it.</summary>
    public static bool IsHex(string text) => text.Length is Md5Length or Sha256Length && !text.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>The bytes; half as many as digits.</summary>
    public static void Read(string text, Span<byte> bytes) => Convert.FromHexString(text, bytes, out _, out _);

    /// <summary>The text.</summary>
    public static string Write(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
