using System.Net;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Protocols;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Handshakes;

/// <summary>
/// A handshake segment from its IP header to the end of its TCP header, field by field. The defaults have no quirk but df and id+.
/// </summary>
internal sealed record SynBytes
{
    public static readonly byte[] LinuxOptions = [2, 4, 5, 0xB4, 4, 2, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0, 1, 3, 3, 7];

    public string Source { get; init; } = "192.168.1.10";
    public string Destination { get; init; } = "198.51.100.20";
    public byte Ttl { get; init; } = 64;
    public byte TypeOfService { get; init; }
    public int Id { get; init; } = 7;
    public int Fragment { get; init; } = 0x4000;
    public byte[] IpOptions { get; init; } = [];
    public int FlowLabel { get; init; }
    public byte[] Extensions { get; init; } = [];
    public byte FirstExtension { get; init; } = 6;
    public int SourcePort { get; init; } = 40000;
    public int DestinationPort { get; init; } = 443;
    public long Sequence { get; init; } = 1;
    public long Acknowledgment { get; init; }
    public byte Reserved { get; init; }
    public byte Flags { get; init; } = 0x02;
    public int Window { get; init; } = 64240;
    public int Urgent { get; init; }
    public byte[] Options { get; init; } = LinuxOptions;
    public int Payload { get; init; }
    public int? TotalLength { get; init; }

    /// <summary>The answer to a SYN.</summary>
    public static SynBytes Answer => new() { Flags = 0x12, Acknowledgment = 1, SourcePort = 443, DestinationPort = 40000 };

    public byte[] Tcp =>
        [.. U16(SourcePort), .. U16(DestinationPort), .. U32(Sequence), .. U32(Acknowledgment),
            (byte)((20 + Options.Length) / 4 << 4 | Reserved), Flags, .. U16(Window), 0, 0, .. U16(Urgent), .. Options];

    public byte[] V4 =>
        [(byte)(0x40 | (20 + IpOptions.Length) / 4), TypeOfService, .. U16(TotalLength ?? 20 + IpOptions.Length + Tcp.Length + Payload),
            .. U16(Id), .. U16(Fragment), Ttl, 6, 0, 0, .. IPAddress.Parse(Source).GetAddressBytes(),
            .. IPAddress.Parse(Destination).GetAddressBytes(), .. IpOptions, .. Tcp];

    public byte[] V6 =>
        [.. U32(6L << 28 | (long)TypeOfService << 20 | (uint)FlowLabel), .. U16(TotalLength ?? Extensions.Length + Tcp.Length + Payload),
            FirstExtension, Ttl, .. IPAddress.Parse("2001:db8::10").GetAddressBytes(), .. IPAddress.Parse("2001:db8::20").GetAddressBytes(),
            .. Extensions, .. Tcp];

    /// <summary>What the interest test says of <see cref="V4"/>.</summary>
    public PacketHeader Header
    {
        get
        {
            Assert.True(NetworkAddress.TryParse(Source, out var source));
            Assert.True(NetworkAddress.TryParse(Destination, out var destination));
            return new PacketHeader
            {
                Interest = Interest.TcpHandshake,
                SourceMac = StageProbe.ClientMac,
                DestinationMac = StageProbe.ServerMac,
                Source = source,
                Destination = destination,
                SourcePort = (ushort)SourcePort,
                DestinationPort = (ushort)DestinationPort,
                TimeToLive = Ttl,
                TcpFlags = Flags,
                WireLength = 74,
            };
        }
    }
}
