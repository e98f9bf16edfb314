using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Icmpv6;

/// <summary>
/// A router advertisement (RFC 4861 §4.2) as text: <c>flags=MO;hops=64;lifetime=1800;mtu=1500;prefixes=2001:db8::/64;rdnss=2001:db8::1</c>.
/// What was not sent stays empty. Lifetimes of prefixes and servers are left out: routers count them down.
/// </summary>
public static class RouterAdvertisementText
{
    /// <summary>Prefixes that are written, in wire order.</summary>
    public const int MaxPrefixes = 8;

    /// <summary>DNS servers that are written, in wire order.</summary>
    public const int MaxServers = 4;

    private const byte Managed = 0x80;
    private const byte OtherConfiguration = 0x40;
    private const int AddressLength = 16;

    /// <summary>The text of a whole message. At most <see cref="Core.Observations.DeviceFact.MaxLength"/> characters.</summary>
    public static string Of(in NeighborMessage advertisement)
    {
        var message = advertisement.Bytes;
        var prefixes = new StringBuilder();
        var servers = new StringBuilder();
        uint? mtu = null;
        var (prefixCount, serverCount) = (0, 0);
        var reader = new NeighborOptionReader(message[NeighborMessage.OptionsOffset(advertisement.Type)..]);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case NeighborOption.Mtu when value.Length >= 6:
                    mtu ??= BinaryPrimitives.ReadUInt32BigEndian(value[2..]);
                    break;
                case NeighborOption.Prefix when value.Length == 30 && prefixCount++ < MaxPrefixes:
                    Append(prefixes, $"{NetworkAddress.ReadV6(value[14..])}/{value[0]}");
                    break;
                case NeighborOption.RecursiveDns:
                    for (var rest = value[Math.Min(6, value.Length)..]; rest.Length >= AddressLength && serverCount++ < MaxServers; rest = rest[AddressLength..])
                        Append(servers, NetworkAddress.ReadV6(rest).ToString());
                    break;
            }
        }
        var flags = $"{((message[5] & Managed) != 0 ? "M" : "")}{((message[5] & OtherConfiguration) != 0 ? "O" : "")}";
        return BoundedText.Cut(string.Create(CultureInfo.InvariantCulture,
            $"flags={flags};hops={message[4]};lifetime={BinaryPrimitives.ReadUInt16BigEndian(message[6..])};mtu={mtu};prefixes={prefixes};rdnss={servers}"));
    }

    private static void Append(StringBuilder list, string item)
    {
        if (list.Length > 0) list.Append(',');
        list.Append(item);
    }
}
