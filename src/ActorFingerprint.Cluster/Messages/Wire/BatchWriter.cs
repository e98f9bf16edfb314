using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>
/// Writes the fields of a batch: plain values where they stand, contents that may repeat as references to the content table. A content is
/// written at the end of the body first and taken back once the table has it, so that contents can hold references themselves.
/// </summary>
internal class BatchWriter
{
    private readonly WireWriter _body = new();

    /// <summary>Contents referred to.</summary>
    public ContentTable Table { get; } = new();

    /// <summary>The records written.</summary>
    public ReadOnlySpan<byte> Written => _body.Written;

    /// <summary>Starts the next batch.</summary>
    public void Clear()
    {
        _body.Truncate(0);
        Table.Clear();
    }

    /// <summary>One byte.</summary>
    public void Byte(byte value) => _body.Byte(value);

    /// <summary>0 or 1.</summary>
    public void Boolean(bool value) => _body.Byte(value ? (byte)1 : (byte)0);

    /// <summary>16 bits.</summary>
    public void UInt16(ushort value) => _body.UInt16(value);

    /// <summary>32 bits.</summary>
    public void UInt32(uint value) => _body.UInt32(value);

    /// <summary>A number of either sign.</summary>
    public void Number(long value) => _body.Signed(value);

    /// <summary>How many of something follow.</summary>
    public void Count(int value) => _body.Varint((ulong)value);

    /// <summary>A number or nothing: a byte that says which, then the number.</summary>
    public void Optional(long? value)
    {
        Boolean(value is not null);
        if (value is { } number) Number(number);
    }

    /// <summary>Six octets.</summary>
    public void Mac(MacAddress mac)
    {
        var octets = _body.Take(6);
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)(mac.Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(octets[2..], (uint)mac.Value);
    }

    /// <summary>A byte 0, 4 or 6, then as many octets as such an address has.</summary>
    public void Address(NetworkAddress address)
    {
        _body.Byte(address.IsNone ? (byte)0 : address.IsV4 ? (byte)4 : (byte)6);
        if (!address.IsNone) address.Write(_body.Take(address.IsV4 ? 4 : 16));
    }

    /// <summary>A text, by reference.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            Count(0);
            return;
        }
        var start = _body.Length;
        if (HexText.IsHex(text))
        {
            HexText.Read(text, _body.Take(text.Length / 2));
            Refer(SharedKind.Hex, start);
            return;
        }
        var room = _body.Take(Encoding.UTF8.GetMaxByteCount(text.Length));
        _body.Truncate(start + Encoding.UTF8.GetBytes(text, room));
        Refer(SharedKind.Text, start);
    }

    /// <summary>A text in its place.</summary>
    public void PlainText(string? text) => PlainBytes(text is null ? null : Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes or nothing, in their place: their length and one, or zero; then they.</summary>
    public void PlainBytes(byte[]? bytes)
    {
        Count(bytes is null ? 0 : bytes.Length + 1);
        if (bytes is not null) _body.Raw(bytes);
    }

    /// <summary>Bytes, by reference.</summary>
    public void Bytes(byte[]? bytes)
    {
        if (bytes is null) Count(0);
        else Count(Table.Intern(SharedKind.Bytes, bytes));
    }

    /// <summary>16-bit numbers, by reference.</summary>
    public void Words(IReadOnlyList<ushort>? words)
    {
        if (words is null)
        {
            Count(0);
            return;
        }
        if (BitConverter.IsLittleEndian && words is ushort[] array)
        {
            Count(Table.Intern(SharedKind.Words, MemoryMarshal.AsBytes<ushort>(array)));
            return;
        }
        var start = _body.Length;
        for (var i = 0; i < words.Count; i++) UInt16(words[i]);
        Refer(SharedKind.Words, start);
    }

    /// <summary>Numbers, by reference.</summary>
    public void Numbers(IReadOnlyList<int>? numbers)
    {
        if (numbers is null)
        {
            Count(0);
            return;
        }
        var start = _body.Length;
        for (var i = 0; i < numbers.Count; i++) Number(numbers[i]);
        Refer(SharedKind.Numbers, start);
    }

    /// <summary>Texts, by reference.</summary>
    public void Texts(IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            Count(0);
            return;
        }
        var start = _body.Length;
        for (var i = 0; i < texts.Count; i++) Text(texts[i]);
        Refer(SharedKind.Texts, start);
    }

    /// <summary>Byte strings, by reference.</summary>
    public void ByteLists(byte[][]? lists)
    {
        if (lists is null)
        {
            Count(0);
            return;
        }
        var start = _body.Length;
        foreach (var list in lists) Bytes(list);
        Refer(SharedKind.ByteLists, start);
    }

    /// <summary>A device, by reference; no device is none.</summary>
    public void Device(DeviceKey device)
    {
        if (device.IsNone)
        {
            Count(0);
            return;
        }
        var start = _body.Length;
        _body.Byte((byte)device.Kind);
        if (device.Kind == DeviceKeyKind.Mac) Mac(device.Mac);
        else Encoding.UTF8.GetBytes(device.ToString(), _body.Take(Encoding.UTF8.GetByteCount(device.ToString())));
        Refer(SharedKind.Device, start);
    }

    /// <summary>Addresses, in their place.</summary>
    public void Addresses(IReadOnlyList<NetworkAddress> addresses)
    {
        Count(addresses.Count);
        for (var i = 0; i < addresses.Count; i++) Address(addresses[i]);
    }

    /// <summary>A content of its own kind, by reference.</summary>
    public void Shared<TWire, T>(T? value)
        where TWire : struct, ISharedWire<T>
        where T : class
    {
        if (value is null)
        {
            Count(0);
            return;
        }
        var start = _body.Length;
        TWire.Write(this, value);
        EndFields();
        Refer(TWire.Kind, start);
    }

    /// <summary>A record in its place, with its length before it: whoever knows fewer fields skips the others.</summary>
    public void Record<TWire, T>(T value)
        where TWire : struct, IWire<T>
    {
        var start = BeginRecord();
        TWire.Write(this, value);
        EndRecord(start);
    }

    /// <summary>How many, then each as <see cref="Record"/>.</summary>
    public void Records<TWire, T>(IReadOnlyList<T> values)
        where TWire : struct, IWire<T>
    {
        Count(values.Count);
        for (var i = 0; i < values.Count; i++) Record<TWire, T>(values[i]);
    }

    /// <summary>Starts a record; the result goes to <see cref="EndRecord"/>.</summary>
    public int BeginRecord() => _body.Length;

    /// <summary>Ends a record.</summary>
    public void EndRecord(int start)
    {
        EndFields();
        _body.PrefixLength(start);
    }

    /// <summary>Stands behind the last field of every record and content: what a later version appends would follow here.</summary>
    protected virtual void EndFields()
    {
    }

    private void Refer(SharedKind kind, int start)
    {
        var reference = Table.Intern(kind, _body.From(start));
        _body.Truncate(start);
        Count(reference);
    }
}
