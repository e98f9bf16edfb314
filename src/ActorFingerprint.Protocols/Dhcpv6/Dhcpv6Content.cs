using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcpv6;

/// <summary>Everything that the bytes of one datagram say, relays taken off (RFC 8415 §9, §19). Shared between equal datagrams.</summary>
internal sealed class Dhcpv6Content
{
    /// <summary>Relay messages around a message: HOP_COUNT_LIMIT (RFC 8415 §7.6) allows the counts 0 to 8.</summary>
    public const int MaxRelays = 9;

    private const int RelayHeaderLength = 34;
    private const byte RelayForward = 12;
    private const byte RelayReply = 13;
    private const int LinkAddressOffset = 2;
    private const int PeerAddressOffset = 18;
    private const int HardwareTypeLength = 2;
    private const int MacLength = 6;

    /// <summary>The message inside; null when nothing could be read.</summary>
    public Dhcpv6Message? Message { get; private set; }

    /// <summary>Outermost first.</summary>
    public IReadOnlyList<Dhcpv6Relay> Relays { get; private set; } = [];

    /// <summary>The client's MAC address as the relay next to it saw it (option 79, RFC 6939).</summary>
    public MacAddress RelayedClient { get; private set; }

    /// <summary>Facts of the message.</summary>
    public IReadOnlyList<DeviceFact> Facts { get; private set; } = [];

    /// <summary>Name that a client gave itself.</summary>
    public IReadOnlyList<GivenName> HostNames { get; private set; } = [];

    /// <summary>The first fault.</summary>
    public Malformed Fault { get; private set; }

    /// <summary>Reads a whole datagram.</summary>
    public static Dhcpv6Content Read(ReadOnlySpan<byte> bytes)
    {
        var content = new Dhcpv6Content();
        List<Dhcpv6Relay>? relays = null;
        while (bytes is [RelayForward or RelayReply, ..])
        {
            if (bytes.Length < RelayHeaderLength) return content.With(Malformed.Dhcpv6Message);
            if (relays?.Count == MaxRelays) return content.With(Malformed.Dhcpv6RelayTooDeep);
            (relays ??= []).Add(content.ReadRelay(bytes, out var inner));
            bytes = inner;
        }
        content.Relays = relays ?? content.Relays;
        content.Message = Dhcpv6MessageReader.TryRead(bytes, out var fault);
        content.With(fault);
        if (content.Message is not { } message) return content;
        content.Facts = Dhcpv6Signature.Facts(message);
        if (message is { IsFromClient: true, Fqdn: { } name }) content.HostNames = [new GivenName(name, HostNameSource.Dhcpv6Fqdn)];
        return content;
    }

    private Dhcpv6Relay ReadRelay(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> inner)
    {
        inner = default;
        RelayedClient = default;
        var order = new List<int>();
        var reader = new Dhcpv6OptionReader(bytes[RelayHeaderLength..]);
        while (reader.TryRead(out var code, out var value))
        {
            if (order.Count < Dhcpv6MessageReader.MaxCodes) order.Add(code);
            if (code == Dhcpv6Option.RelayMessage && inner.IsEmpty) inner = value;
            if (code == Dhcpv6Option.ClientLinkLayerAddress && value is [0, 1 or 6, ..] && value.Length == HardwareTypeLength + MacLength)
                RelayedClient = MacAddress.Read(value[HardwareTypeLength..]);
        }
        With(reader.Fault);
        return new Dhcpv6Relay(
            (Dhcpv6MessageType)bytes[0],
            bytes[1],
            NetworkAddress.ReadV6(bytes[LinkAddressOffset..]),
            NetworkAddress.ReadV6(bytes[PeerAddressOffset..]),
            order);
    }

    private Dhcpv6Content With(Malformed fault)
    {
        if (Fault == Malformed.None) Fault = fault;
        return this;
    }
}
