using System.Buffers.Binary;
using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>
/// Reads what <see cref="BatchWriter"/> wrote, from bytes that may be anything. Never throws and allocates no more than a small multiple of
/// the bytes there are: every count is held against the bytes left. After the first fault every read gives a default, and what was read
/// before counts for nothing.
/// </summary>
internal ref struct BatchReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;
    private int _end = bytes.Length;

    /// <summary>The content table, as far as it is read.</summary>
    public object?[] Contents { get; set; } = [];

    /// <summary>Contents that references may name so far: an entry of the table refers to earlier ones alone.</summary>
    public int Known { get; set; }

    /// <summary>Why reading stopped; null while all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>Things left out because only a later version knows them.</summary>
    public int Skipped { get; private set; }

    /// <summary>There are more bytes in this record.</summary>
    public readonly bool HasMore => Fault is null && _at < _end;

    /// <summary>Bytes left in this record.</summary>
    public readonly int Left => Fault is null ? _end - _at : 0;

    /// <summary>Leaves something out.</summary>
    public void Skip() => Skipped++;

    /// <summary>Gives up, with what is wrong with the bytes.</summary>
    public void Fail(string fault) => Fault ??= fault;

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1) is [var value] ? value : default;

    /// <summary>0 or 1; anything else is a fault.</summary>
    public bool Boolean()
    {
        var value = Byte();
        if (value > 1) Fail($"{value} is neither true nor false");
        return value == 1;
    }

    /// <summary>16 bits.</summary>
    public ushort UInt16() =>
        Take(sizeof(ushort)) is { Length: sizeof(ushort) } value ? BinaryPrimitives.ReadUInt16LittleEndian(value) : default;

    /// <summary>32 bits.</summary>
    public uint UInt32() => Take(sizeof(uint)) is { Length: sizeof(uint) } value ? BinaryPrimitives.ReadUInt32LittleEndian(value) : default;

    /// <summary>A number of either sign, 64 bits.</summary>
    public long Int64()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number of either sign, 32 bits.</summary>
    public int Int32() => (int)Fit<int>(Int64(), int.MinValue, int.MaxValue);

    /// <summary>How many things follow, each of at least <paramref name="atLeast"/> bytes.</summary>
    public int Count(int atLeast)
    {
        var count = Varint();
        if (count <= (ulong)(Left / atLeast)) return (int)count;
        Fail($"{count} things of {atLeast} bytes in {Left} bytes");
        return 0;
    }

    /// <summary>A number or nothing.</summary>
    public long? OptionalInt64() => Boolean() ? Int64() : null;

    /// <summary>A number or nothing, of 32 bits.</summary>
    public int? OptionalInt32() => Boolean() ? Int32() : null;

    /// <summary>A number or nothing, of 32 bits without sign.</summary>
    public uint? OptionalUInt32() => Boolean() ? (uint)Fit<uint>(Int64(), uint.MinValue, uint.MaxValue) : null;

    /// <summary>A number or nothing, of 16 bits without sign.</summary>
    public ushort? OptionalUInt16() => Boolean() ? (ushort)Fit<ushort>(Int64(), ushort.MinValue, ushort.MaxValue) : null;

    /// <summary>A number or nothing, of 8 bits without sign.</summary>
    public byte? OptionalByte() => Boolean() ? (byte)Fit<byte>(Int64(), byte.MinValue, byte.MaxValue) : null;

    /// <summary>Six octets.</summary>
    public MacAddress Mac() => Take(6) is { Length: 6 } octets ? MacAddress.Read(octets) : default;

    /// <summary>An address or none.</summary>
    public NetworkAddress Address()
    {
        switch (Byte())
        {
            case 0:
                return default;
            case 4:
                return Take(4) is { Length: 4 } v4 ? NetworkAddress.ReadV4(v4) : default;
            case 6:
                return Take(16) is { Length: 16 } v6 ? NetworkAddress.ReadV6(v6) : default;
            case var family:
                Fail($"an address of family {family}");
                return default;
        }
    }

    /// <summary>A text, or null.</summary>
    public string? OptionalText() => Reference<string>();

    /// <summary>A text.</summary>
    public string Text() => Required(Reference<string>()) ?? "";

    /// <summary>A text in its place, or null.</summary>
    public string? PlainText() => PlainBytes(out var bytes) ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Bytes in their place; false for nothing.</summary>
    public bool PlainBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = [];
        var length = Varint();
        if (length == 0) return false;
        if (length - 1 > (ulong)Left)
        {
            Fail($"{length - 1} bytes where {Left} are left");
            return false;
        }
        bytes = Take((int)(length - 1));
        return Fault is null;
    }

    /// <summary>Bytes in their place, in an array of their own, or null.</summary>
    public byte[]? PlainArray() => PlainBytes(out var bytes) ? bytes.ToArray() : null;

    /// <summary>Bytes, or null.</summary>
    public byte[]? OptionalBytes() => Reference<byte[]>();

    /// <summary>Bytes.</summary>
    public byte[] Bytes() => Required(Reference<byte[]>()) ?? [];

    /// <summary>16-bit numbers, or null.</summary>
    public ushort[]? OptionalWords() => Reference<ushort[]>();

    /// <summary>16-bit numbers.</summary>
    public ushort[] Words() => Required(Reference<ushort[]>()) ?? [];

    /// <summary>Numbers, or null.</summary>
    public int[]? OptionalNumbers() => Reference<int[]>();

    /// <summary>Numbers.</summary>
    public int[] Numbers() => Required(Reference<int[]>()) ?? [];

    /// <summary>Texts, or null.</summary>
    public string[]? OptionalTexts() => Reference<string[]>();

    /// <summary>Texts.</summary>
    public string[] Texts() => Required(Reference<string[]>()) ?? [];

    /// <summary>Byte strings, or null.</summary>
    public byte[][]? OptionalByteLists() => Reference<byte[][]>();

    /// <summary>A device or none.</summary>
    public DeviceKey Device() => Reference<KnownDevice>() is { } device ? device.Key : default;

    /// <summary>Addresses.</summary>
    public NetworkAddress[] Addresses()
    {
        var addresses = New<NetworkAddress>(Count(1));
        for (var i = 0; i < addresses.Length && Fault is null; i++) addresses[i] = Address();
        return addresses;
    }

    /// <summary>A content of the table, or null.</summary>
    public T? Optional<T>() where T : class => Reference<T>();

    /// <summary>A content of the table. Null only after a fault.</summary>
    public T Shared<T>() where T : class => Required(Reference<T>())!;

    /// <summary>A record in its place: reads its fields, and skips what follows them.</summary>
    public T Record<TWire, T>()
        where TWire : struct, IWire<T>
    {
        var outer = BeginRecord();
        var value = TWire.Read(ref this);
        EndRecord(outer);
        return value;
    }

    /// <summary>How many, then each as <see cref="Record"/>.</summary>
    public T[] Records<TWire, T>()
        where TWire : struct, IWire<T>
    {
        var values = New<T>(Count(1));
        for (var i = 0; i < values.Length && Fault is null; i++) values[i] = Record<TWire, T>();
        return values;
    }

    /// <summary>Enters a record; the result goes to <see cref="EndRecord"/>.</summary>
    public int BeginRecord()
    {
        var outer = _end;
        var length = Count(1);
        if (Fault is null) _end = _at + length;
        return outer;
    }

    /// <summary>Leaves a record, behind its last byte.</summary>
    public void EndRecord(int outer)
    {
        if (Fault is null) _at = _end;
        _end = outer;
    }

    /// <summary>The bytes left in this record.</summary>
    public ReadOnlySpan<byte> Rest() => Take(Left);

    private static T[] New<T>(int count) => count == 0 ? [] : new T[count];

    /// <summary>A reference: 0 for null, else the number of an entry from 1. One of another kind is a fault.</summary>
    private T? Reference<T>() where T : class
    {
        var reference = Varint();
        if (reference == 0 || Fault is not null) return null;
        if (reference <= (ulong)Known && Contents[reference - 1] is T value) return value;
        Fail(reference > (ulong)Known
            ? $"a reference to content {reference} of {Known}"
            : $"content {reference} is of another kind than the field that refers to it");
        return null;
    }

    private T? Required<T>(T? value) where T : class
    {
        if (value is null) Fail("nothing where something must be");
        return value;
    }

    private long Fit<T>(long value, long low, long high)
    {
        if (value >= low && value <= high) return value;
        Fail($"{value} is no {typeof(T).Name}");
        return 0;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Take(1) is not [var next]) return 0;
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        Fail("a number of more than 64 bits");
        return 0;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (Fault is null && count <= _end - _at)
        {
            _at += count;
            return _bytes.Slice(_at - count, count);
        }
        Fail($"{count} bytes wanted where {Left} are left");
        return [];
    }
}

/// <summary>A device in the content table.</summary>
internal sealed record KnownDevice(DeviceKey Key);
