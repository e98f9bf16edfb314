using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Protocols;

/// <summary>Packets of discovery protocols: from one neighbour to a group or to one host.</summary>
internal static class DiscoveryProbe
{
    public static readonly NetworkAddress Sender = NetworkAddress.V4(0x0A000001);
    public static readonly byte[] SenderBytes = [10, 0, 0, 1];
    public static readonly byte[] OtherBytes = [10, 0, 0, 7];

    private static readonly MacAddress Group = new(0x01_00_5E_00_00_FB);
    private static readonly NetworkAddress GroupAddress = NetworkAddress.V4(0xE00000FB);

    /// <summary>A packet to the group, between two equal ports.</summary>
    public static PacketHeader ToGroup(ushort port) => new()
    {
        SourceMac = StageProbe.ClientMac,
        DestinationMac = Group,
        Source = Sender,
        Destination = GroupAddress,
        SourcePort = port,
        DestinationPort = port,
        WireLength = 300,
    };

    /// <summary>A packet to one host.</summary>
    public static PacketHeader ToHost(ushort sourcePort, ushort destinationPort) => ToGroup(sourcePort) with
    {
        DestinationMac = StageProbe.ServerMac,
        Destination = NetworkAddress.V4(0x0A000009),
        DestinationPort = destinationPort,
    };

    /// <summary>Facts as <c>Kind value</c>.</summary>
    public static string[] Facts(this Observation observation) =>
        [.. ((SignalObservation)observation).Facts.Select(fact => $"{fact.Kind} {fact.Value}")];

    /// <summary>Host names.</summary>
    public static string[] Names(this Observation observation) =>
        [.. ((SignalObservation)observation).HostNames.Select(name => name.Name)];

    /// <summary>Gives every cut of a message and <paramref name="count"/> messages with a few bytes changed: nothing may throw.</summary>
    public static void Torment(this StageProbe probe, in PacketHeader packet, byte[] whole, int count)
    {
        for (var length = 0; length <= whole.Length; length++) probe.Give(packet, whole[..length]);
        for (var seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 8); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            probe.Give(packet, bytes);
        }
        for (var seed = 0; seed < count; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (bytes.Length > 12) bytes[2] &= 0x87;
            probe.Give(packet, bytes);
        }
        foreach (var found in probe.Found.Cast<SignalObservation>())
        {
            Assert.All(found.Facts, fact => Assert.InRange(fact.Value.Length, 1, DeviceFact.MaxLength));
            Assert.All(found.HostNames, name => Assert.NotEmpty(name.Name));
        }
    }
}
