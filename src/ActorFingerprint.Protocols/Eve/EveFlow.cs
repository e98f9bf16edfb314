using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Eve;

/// <summary>
/// What names a flow the same in both directions: the Community ID (version 1, seed 0: SHA-1 over seed, lower endpoint's address, higher
/// endpoint's address, IP protocol, a zero byte, and the two ports in the same order), and a number of the same hash.
/// </summary>
/// <param name="Id">51 bits of the hash, so that readers that hold numbers as doubles keep all of them; null without ports.</param>
/// <param name="CommunityId"><c>1:</c> and the hash in base 64; null without ports.</param>
internal readonly record struct EveFlow(long? Id, string? CommunityId)
{
    private const int SeedLength = 2;
    private const int IdBits = 51;

    /// <summary>Of an observation whose packets have ports when <paramref name="transport"/> is TCP or UDP.</summary>
    public static EveFlow Of(Observation observation, int transport)
    {
        if (observation.Source.IsNone || observation.Destination.IsNone || transport is not (Network.IpProtocol.Tcp or Network.IpProtocol.Udp))
            return default;
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        Hash(observation.Source, observation.SourcePort, observation.Destination, observation.DestinationPort, transport, hash);
        return new EveFlow((long)(BinaryPrimitives.ReadUInt64BigEndian(hash) >> (64 - IdBits)), $"1:{Convert.ToBase64String(hash)}");
    }

    private static void Hash(
        NetworkAddress source, int sourcePort, NetworkAddress destination, int destinationPort, int transport, Span<byte> hash)
    {
        Span<byte> input = stackalloc byte[SeedLength + 2 * 16 + 2 + 2 * sizeof(ushort)];
        var order = source.Bits.CompareTo(destination.Bits);
        var isReversed = order > 0 || (order == 0 && sourcePort > destinationPort);
        var (first, second) = isReversed ? (destination, source) : (source, destination);
        var (firstPort, secondPort) = isReversed ? (destinationPort, sourcePort) : (sourcePort, destinationPort);
        input[..SeedLength].Clear();
        var length = SeedLength;
        length += first.Write(input[length..]);
        length += second.Write(input[length..]);
        input[length++] = (byte)transport;
        input[length++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(input[length..], (ushort)firstPort);
        BinaryPrimitives.WriteUInt16BigEndian(input[(length + sizeof(ushort))..], (ushort)secondPort);
#pragma warning disable CA5350 // the Community ID specification says SHA-1; nothing secret depends on it
        SHA1.HashData(input[..(length + 2 * sizeof(ushort))], hash);
#pragma warning restore CA5350
    }
}
