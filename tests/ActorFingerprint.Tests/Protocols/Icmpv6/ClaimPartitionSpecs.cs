using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Tests.Protocols.Network;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Protocols.Icmpv6;

/// <summary>A conflict is seen only by a stage that sees both claims.</summary>
public sealed class ClaimPartitionSpecs
{
    private readonly TestedStream _stream = new(new InterestOptions { Protocols = ProtocolSet.Icmpv6 });

    [Fact]
    public void Every_claim_of_an_address_goes_to_the_partition_of_the_address()
    {
        for (var i = 1; i < 50; i++)
        {
            var claimed = $"2001:db8::{i:x}";
            var fromIt = PartitionOf(claimed, NeighborBytes.Solicitation("fe80::9"));
            Assert.Equal(fromIt, PartitionOf("::", NeighborBytes.Solicitation(claimed)));
            Assert.Equal(fromIt, PartitionOf("fe80::1", NeighborBytes.Advertisement(0x20, claimed)));
            Assert.Equal(fromIt, PartitionOf(claimed, NeighborBytes.RouterSolicitation()));
        }
    }

    [Fact]
    public void A_cut_message_goes_somewhere() => PartitionOf("::", NeighborBytes.Solicitation("fe80::1")[..9]);

    private int PartitionOf(string source, byte[] message)
    {
        Assert.Equal(Interest.Icmpv6, _stream.Test(Ethernet(0x86DD, Ipv6(58, message, source, "ff02::1", hops: 255))));
        return _stream.Header.Partition;
    }
}
