using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Protocols.Smb;

/// <summary>
/// SMB 1 to 3 negotiate and session setup messages, over TCP (port 445) and the NetBIOS session service (port 139), to observations
/// (README.md beside this file). One instance serves one partition.
/// </summary>
/// <param name="site">Site name in the keys of devices without a MAC address.</param>
/// <param name="limits">Bounds of the state.</param>
public sealed class SmbStage(string site, ReassemblyLimits limits) : MessageStage(limits)
{
    /// <summary>Networks of one's own beside the private ones: their servers are devices.</summary>
    public IReadOnlyList<NetworkPrefix> LocalNetworks { get; init; } = [];

    private const int SessionHeaderLength = 4;

    /// <inheritdoc />
    protected override Malformed TooLong => Malformed.Smb;

    /// <inheritdoc />
    protected override bool IsStart(ReadOnlySpan<byte> payload) =>
        payload is [0, _, _, _, 0xFE or 0xFF, (byte)'S', (byte)'M', (byte)'B', var command, ..]
        && (payload[4] == 0xFF ? command is Smb1Reader.Negotiate or Smb1Reader.SessionSetup : IsSmb2Start(payload[SessionHeaderLength..]));

    /// <inheritdoc />
    protected override int Read(in PacketHeader packet, ReadOnlySpan<byte> bytes, bool isCut, IObservationSink sink)
    {
        var at = 0;
        while (IsStart(bytes[at..]))
        {
            var rest = bytes[at..];
            var length = SessionHeaderLength + (int)(BinaryPrimitives.ReadUInt32BigEndian(rest) & 0xFFFFFF);
            var isWhole = length <= rest.Length;
            if (!isWhole && !isCut && length <= MaxMessage) return at;
            var message = isWhole ? rest[SessionHeaderLength..length] : rest[SessionHeaderLength..];
            Deliver(in packet, message, isWhole, sink);
            if (!isWhole) return -1;
            at += length;
        }
        return -1;
    }

    /// <summary>The header's length and command, as far as they are there.</summary>
    private static bool IsSmb2Start(ReadOnlySpan<byte> message)
    {
        if (message.Length >= 6 && BinaryPrimitives.ReadUInt16LittleEndian(message[4..]) != Smb2Reader.HeaderLength) return false;
        return message.Length < Smb2Reader.CommandAt + 2
            || BinaryPrimitives.ReadUInt16LittleEndian(message[Smb2Reader.CommandAt..]) is Smb2Reader.Negotiate or Smb2Reader.SessionSetup;
    }

    private void Deliver(in PacketHeader packet, ReadOnlySpan<byte> message, bool isWhole, IObservationSink sink)
    {
        var content = message[0] == 0xFF ? Smb1Reader.Read(message) : Smb2Reader.Read(message);
        if (content is null)
        {
            if (isWhole) sink.Fault(Malformed.Smb);
            return;
        }
        var facts = SmbFacts.Of(content);
        if (facts.Count == 0 || !IsNews(Hash(in packet, facts), in packet)) return;
        sink.Emit(new SmbObservation(content.IsServer ? Origins.OfServer(in packet, site, LocalNetworks) : Origins.OfSender(in packet, site))
        {
            Content = content,
            Facts = facts,
        });
    }

    private static ulong Hash(in PacketHeader packet, IReadOnlyList<DeviceFact> facts)
    {
        var hash = 0UL;
        foreach (var fact in facts)
            hash = ContentHash.Mix(hash ^ 0x9E3779B97F4A7C15, ContentHash.Of(MemoryMarshal.AsBytes(fact.Value.AsSpan())));
        return SenderHash.Of(in packet, hash, 0);
    }
}
