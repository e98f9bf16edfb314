using System.Buffers.Binary;
using System.Globalization;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols.Icmpv6;

/// <summary>
/// A router advertisement (RFC 4861 §4.2) as text:
/// <c>flags=MO;hops=64;lifetime=1800;mtu=1500;prefixes=2001:db8::/64;rdnss=2001:db8::1</c>. What was not sent stays empty. Lifetimes of
/// prefixes and servers are left out: routers count them down.
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
    private const int ServersOffset = 6;

    /// <summary>The text of a whole message. At most <see cref="Core.Observations.DeviceFact.MaxLength"/> characters.</summary>
    public static string Of(in NeighborMessage advertisement)
    {
        var message = advertisement.Bytes;
        var prefixes = new List<string>();
        var servers = new List<NetworkAddress>();
        uint? mtu = null;
        var reader = new NeighborOptionReader(message[NeighborMessage.OptionsOffset(advertisement.Type)..]);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case NeighborOption.Mtu when value.Length >= 6:
                    mtu ??= BinaryPrimitives.ReadUInt32BigEndian(value[2..]);
                    break;
                case NeighborOption.Prefix when value.Length == 30 && prefixes.Count < MaxPrefixes:
                    prefixes.Add($"{NetworkAddress.ReadV6(value[14..])}/{value[0]}");
                    break;
                case NeighborOption.RecursiveDns:
                    ReadServers(value[ServersOffset..], servers);
                    break;
            }
        }
        var flags = $"{((message[5] & Managed) != 0 ? "M" : "")}{((message[5] & OtherConfiguration) != 0 ? "O" : "")}";
        var lifetime = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        return BoundedText.Cut(string.Create(
            CultureInfo.InvariantCulture,
            $"flags={flags};hops={message[4]};lifetime={lifetime};mtu={mtu};")
            + $"prefixes={string.Join(',', prefixes)};rdnss={string.Join(',', servers)}");
    }

    private static void ReadServers(ReadOnlySpan<byte> value, List<NetworkAddress> servers)
    {
        for (; value.Length >= AddressLength && servers.Count < MaxServers; value = value[AddressLength..])
            servers.Add(NetworkAddress.ReadV6(value));
    }
}
