using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcpv6;

/// <summary>Reads a client's or server's message (RFC 8415 §8): what came before a fault is kept.</summary>
internal static class Dhcpv6MessageReader
{
    /// <summary>Option codes that are kept, and codes of an option request.</summary>
    public const int MaxCodes = 256;

    /// <summary>Vendor classes that are kept, and strings of one.</summary>
    public const int MaxVendorClasses = 4;

    private const int HeaderLength = 4;
    private const int MaxNesting = 3;
    private const byte LastType = 37;
    private const int AddressLength = 16;
    private const int LifetimesLength = 8;

    /// <summary>Null for a message shorter than its fixed fields, or of an unknown type.</summary>
    public static Dhcpv6Message? TryRead(ReadOnlySpan<byte> bytes, out Malformed fault)
    {
        fault = Malformed.Dhcpv6Message;
        if (bytes.Length < HeaderLength || bytes[0] is 0 or > LastType) return null;
        byte[]? client = null, server = null;
        List<int>? request = null;
        List<Dhcpv6VendorClass> vendors = [];
        string? fqdn = null;
        NetworkAddress lease = default;
        var options = new List<int>();
        var order = new List<int>();
        var reader = new Dhcpv6OptionReader(bytes[HeaderLength..]);
        while (reader.TryRead(out var code, out var value))
        {
            if (options.Count < MaxCodes) options.Add(code);
            if (order.Count < MaxCodes) order.Add(code);
            if (reader.Fault != Malformed.None) break;
            switch (code)
            {
                case Dhcpv6Option.ClientId when client is null && Duid.IsValid(value):
                    client = value.ToArray();
                    break;
                case Dhcpv6Option.ServerId when server is null && Duid.IsValid(value):
                    server = value.ToArray();
                    break;
                case Dhcpv6Option.OptionRequest:
                    ReadCodes(value, request ??= []);
                    break;
                case Dhcpv6Option.VendorClass when vendors.Count < MaxVendorClasses && value.Length >= 4:
                    vendors.Add(ReadVendorClass(value));
                    break;
                case Dhcpv6Option.ClientFqdn:
                    fqdn ??= ReadFqdn(value);
                    break;
                default:
                    ReadInner(code, value, 1, order, ref lease);
                    break;
            }
        }
        fault = reader.Fault;
        return new Dhcpv6Message
        {
            Type = (Dhcpv6MessageType)bytes[0],
            TransactionId = BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFFFFFF,
            ClientDuid = client,
            ServerDuid = server,
            Options = options,
            OptionOrder = order,
            OptionRequest = request,
            VendorClasses = vendors,
            Fqdn = fqdn,
            Lease = lease,
        };
    }

    /// <summary>The options inside an identity association; what is cut there does no harm to the options behind it.</summary>
    private static void ReadInner(ushort code, ReadOnlySpan<byte> value, int depth, List<int> order, ref NetworkAddress lease)
    {
        var at = Dhcpv6Option.InnerOffset(code);
        if (at < 0 || at > value.Length || depth > MaxNesting) return;
        if (code == Dhcpv6Option.Address && lease.IsNone) lease = ReadLease(value);
        var reader = new Dhcpv6OptionReader(value[at..]);
        while (reader.TryRead(out var inner, out var content))
        {
            if (order.Count < MaxCodes) order.Add(inner);
            if (reader.Fault == Malformed.None) ReadInner(inner, content, depth + 1, order, ref lease);
        }
    }

    /// <summary>The address of option 5, unless its valid lifetime is zero: such an address is taken away.</summary>
    private static NetworkAddress ReadLease(ReadOnlySpan<byte> value) =>
        BinaryPrimitives.ReadUInt32BigEndian(value[(AddressLength + LifetimesLength / 2)..]) > 0 ? NetworkAddress.ReadV6(value) : default;

    private static void ReadCodes(ReadOnlySpan<byte> value, List<int> codes)
    {
        for (; value.Length >= 2 && codes.Count < MaxCodes; value = value[2..]) codes.Add(BinaryPrimitives.ReadUInt16BigEndian(value));
    }

    private static Dhcpv6VendorClass ReadVendorClass(ReadOnlySpan<byte> value)
    {
        var data = new List<string>();
        for (var rest = value[4..]; rest.Length >= 2 && data.Count < MaxVendorClasses;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length > rest.Length - 2) break;
            data.Add(BoundedText.Escape(rest.Slice(2, length)));
            rest = rest[(2 + length)..];
        }
        return new Dhcpv6VendorClass(BinaryPrimitives.ReadUInt32BigEndian(value), data);
    }

    private static string? ReadFqdn(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2) return null;
        Span<char> name = stackalloc char[DhcpHostName.MaxCharacters];
        var length = DhcpHostName.FormatWireName(value[1..], name);
        return length > 0 ? name[..length].ToString() : null;
    }
}
