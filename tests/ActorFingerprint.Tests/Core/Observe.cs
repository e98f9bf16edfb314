using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Tests.Core;

/// <summary>Observations made by hand. Times are whole seconds after <see cref="Start"/>.</summary>
internal static class Observe
{
    public static readonly DateTime Start = new(2026, 11, 21, 10, 0, 0, DateTimeKind.Utc);
    public static readonly MacAddress Mac = new(0x001A11_0A0B0C);

    private static long _frame;

    public static long At(double seconds) => Start.AddSeconds(seconds).Ticks;

    public static NetworkAddress Ip(string? text) => text is not null && NetworkAddress.TryParse(text, out var address) ? address : default;

    public static ClientHelloObservation Hello(
        string ja4, double second = 0, string source = "192.168.1.10", string ja3 = "ja3", string sni = "", MacAddress? mac = null,
        int vlan = 0, long frame = 0, bool ech = false) => new()
        {
            Device = DeviceKey.OfMac(mac ?? Mac),
            AtTicks = At(second),
            Frame = frame > 0 ? frame : ++_frame,
            WireLength = 600,
            LinkAddress = mac ?? Mac,
            Vlan = vlan,
            Source = Ip(source),
            SourcePort = 50000,
            Destination = Ip("203.0.113.7"),
            DestinationPort = 443,
            Hello = new ClientHello
            {
                LegacyVersion = 0x0303,
                CipherSuites = [0x1301],
                Extensions = [0],
                Alpn = [Encoding.ASCII.GetBytes("h2"), Encoding.ASCII.GetBytes("http/1.1")],
                Sni = sni,
                HasSni = sni.Length > 0,
                HasEch = ech,
                Ja3 = ja3,
                Ja4 = ja4,
            },
        };

    public static ServerHelloObservation ServerHello(double second = 0, string source = "192.168.1.10", MacAddress? mac = null) => new()
    {
        Device = DeviceKey.OfMac(mac ?? Mac),
        AtTicks = At(second),
        Frame = ++_frame,
        WireLength = 1400,
        LinkAddress = mac ?? Mac,
        Source = Ip(source),
        Destination = Ip("203.0.113.7"),
        Hello = new ServerHello { LegacyVersion = 0x0303, CipherSuite = 0x1301, Extensions = [43], Ja3S = "ja3s" },
    };

    public static DhcpObservation Dhcp(
        DhcpMessageType type, byte[]? list = null, double second = 0, byte op = 1, string? ciaddr = null, string? yiaddr = null,
        byte[]? hostName = null, byte[]? fqdn = null, string? vendorClass = null, MacAddress? mac = null, long frame = 0, DhcpOptions? options = null) => new()
        {
            Device = DeviceKey.OfMac(mac ?? Mac),
            AtTicks = At(second),
            Frame = frame > 0 ? frame : ++_frame,
            WireLength = 342,
            LinkAddress = mac ?? Mac,
            Op = op,
            MessageType = type,
            HardwareLength = 6,
            ClientAddress = Ip(ciaddr),
            YourAddress = Ip(yiaddr),
            Options = options ?? new DhcpOptions
            {
                Order = [53, 55, 12, 255],
                ParameterRequestList = list,
                HostName = hostName,
                ClientFqdn = fqdn,
                VendorClass = vendorClass is null ? null : Encoding.ASCII.GetBytes(vendorClass),
            },
        };

    public static TestSignal Signal(
        DeviceFact[] facts, double second = 0, string source = "192.168.1.10", bool crossesRouters = true, GivenName[]? names = null,
        string? own = null, MacAddress? mac = null, long frame = 0) => new(
        new Origin
        {
            Device = DeviceKey.OfMac(mac ?? Mac),
            AtTicks = At(second),
            Frame = frame > 0 ? frame : ++_frame,
            WireLength = 74,
            LinkAddress = mac ?? Mac,
            Source = Ip(source),
            SourcePort = 50000,
            Destination = Ip("203.0.113.7"),
            DestinationPort = 443,
        }, crossesRouters)
        {
            Facts = facts,
            HostNames = names ?? [],
            OwnAddress = Ip(own),
        };

    public static Sighting Where(this Observation observation) => new("r", observation.Frame, observation.Index);
}

/// <summary>An observation with facts, of no protocol in particular.</summary>
[method: System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
internal sealed class TestSignal(in Origin origin, bool crossesRouters) : SignalObservation(origin)
{
    public override string Protocol => "tcp";

    public override string Event => "syn";

    public override bool CrossesRouters => crossesRouters;
}
