using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Protocols.Tls;

/// <summary>
/// Collects the parts of a hello that its value is made of, each with its length, as one key. Writes to the caller's stack, or to a
/// pooled array for a hello that may not fit. Dispose returns the array.
/// </summary>
internal ref struct ShapeWriter
{
    /// <summary>Stack bytes for the key of every usual hello.</summary>
    public const int StackLength = 1024;

    // Seven lists with lengths and four numbers: what a key can be longer than the hello it is taken from.
    private const int Overhead = 32;

    private readonly Span<byte> _key;
    private readonly byte[]? _rented;
    private int _length;

    /// <summary>Room for the parts of a hello of <paramref name="helloLength"/> bytes.</summary>
    public ShapeWriter(Span<byte> stack, int helloLength)
    {
        if (helloLength + Overhead > stack.Length) _rented = ArrayPool<byte>.Shared.Rent(helloLength + Overhead);
        _key = _rented ?? stack;
    }

    /// <summary>Bytes of the lists of a hello.</summary>
    public static int LengthOf(in ClientHelloFields hello) => hello.PointFormats.Length + hello.FirstAlpn.Length + sizeof(ushort)
        * (hello.CipherSuites.Length + hello.Extensions.Length + hello.SupportedGroups.Length + hello.SignatureAlgorithms.Length + hello.SupportedVersions.Length);

    /// <summary>The key so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _key[.._length];

    public void Append(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_key[_length..], value);
        _length += 2;
    }

    /// <summary>Appends a list with its length.</summary>
    public void AppendList(ReadOnlySpan<byte> list)
    {
        Append((ushort)list.Length);
        list.CopyTo(_key[_length..]);
        _length += list.Length;
    }

    /// <summary>Appends a list without its GREASE, with its length.</summary>
    public void AppendSteady(ReadOnlySpan<ushort> list)
    {
        var start = _length;
        _length += sizeof(ushort);
        foreach (var value in list)
            if (!Grease.IsGrease(value)) Append(value);
        BinaryPrimitives.WriteUInt16BigEndian(_key[start..], (ushort)(_length - start));
    }

    /// <summary>Appends a list without its GREASE in rising order, with its length.</summary>
    public void AppendSorted(ReadOnlySpan<ushort> list)
    {
        var start = _length + sizeof(ushort);
        AppendSteady(list);
        MemoryMarshal.Cast<byte, ushort>(_key[start.._length]).Sort();
    }

    /// <summary>Appends the types of an extension block.</summary>
    public void AppendTypes(ReadOnlySpan<byte> block)
    {
        for (var reader = new ExtensionReader(block); reader.TryRead(out var type, out _);) Append(type);
    }

    public readonly void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }
}
