using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Streams;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dtls;
using ActorFingerprint.Protocols.Network;
using ActorFingerprint.Protocols.Quic;
using ActorFingerprint.Protocols.Tcp;

namespace ActorFingerprint.Node.Hosting;

/// <summary>The engine's own options, made from the node's.</summary>
internal static class EngineSettings
{
    public static EngineOptions Engine(ActorFingerprintOptions options) => new()
    {
        Shards = options.Sharding.Shards,
        MailboxCapacity = options.Sharding.MailboxCapacity,
        MaxActiveDevices = options.Sharding.MaxActiveDevices,
        PassivateAfter = options.Sharding.PassivateIdle,
        MaxEventsPerCommit = options.Journal.CommitMaxEvents,
        SnapshotEvery = options.Journal.SnapshotEvery,
        ShardSnapshotEvery = options.Journal.ShardSnapshotEvery,
        CheckpointFrames = options.Journal.CheckpointFrames,
        RetryInterval = options.Journal.RetryInterval,
        NewDevicesPerWindow = options.FloodGuard.MaxNewDevices,
        FloodWindow = options.FloodGuard.Window,
        EphemeralTtl = options.FloodGuard.EphemeralTtl,
        EphemeralDevicesPerShard = options.FloodGuard.MaxEphemeralDevices / options.Sharding.Shards,
        MaxClockSkew = options.Devices.MaxClockSkew,
        MinPackets = options.Devices.MinPackets,
        Site = options.Node.Site,
    };

    public static StreamOptions Streams(ActorFingerprintOptions options) => new()
    {
        Lanes = options.Streams.EffectiveLanes,
        BlocksInFlight = options.Streams.BlocksInFlight,
        MaxHelloRate = options.Streams.MaxHelloRate,
    };

    /// <summary>What is read; every protocol from a source that was named with consent.</summary>
    public static ProtocolOptions Protocols(ActorFingerprintOptions options, bool consent) => new()
    {
        Site = options.Node.Site,
        Protocols = consent ? ProtocolSet.All : options.Capture.Protocols,
        LocalNetworks = [.. options.Capture.LocalNetworks.Select(Network)],
        Reassembly = new ReassemblyLimits
        {
            MaxStreams = options.Reassembly.Flows / PacketHeader.Partitions,
            MaxBytes = (int)(options.Reassembly.Bytes / PacketHeader.Partitions),
            Lifetime = options.Reassembly.Timeout,
        },
        Quic = new QuicLimits
        {
            MaxRememberedFlows = options.Reassembly.QuicFlows / PacketHeader.Partitions,
            MaxAssemblies = options.Reassembly.QuicHellos / PacketHeader.Partitions,
            MaxBytes = (int)(options.Reassembly.QuicBytes / PacketHeader.Partitions),
            Lifetime = options.Reassembly.Timeout,
        },
        Dtls = new DtlsLimits
        {
            MaxRememberedFlows = options.Reassembly.DtlsFlows / PacketHeader.Partitions,
            MaxAssemblies = options.Reassembly.DtlsHellos / PacketHeader.Partitions,
            MaxBytes = (int)(options.Reassembly.DtlsBytes / PacketHeader.Partitions),
            Lifetime = options.Reassembly.Timeout,
        },
        Defragment = new DefragmentOptions
        {
            MaxDatagrams = options.Reassembly.IpDatagrams,
            MaxBytes = (int)options.Reassembly.IpBytes,
            MaxAge = options.Reassembly.IpTimeout,
        },
    };

    private static NetworkPrefix Network(string text) =>
        NetworkPrefix.TryParse(text, out var network)
            ? network
            : throw new ArgumentException($"capture.local-networks: '{text}' is no network");
}
