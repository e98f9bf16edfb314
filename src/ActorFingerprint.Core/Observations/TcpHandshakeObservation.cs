using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Core.Fingerprints;

namespace ActorFingerprint.Core.Observations;

/// <summary>A SYN or SYN+ACK. <see cref="Observation.Source"/> is its sender: the client of a SYN, the server of a SYN+ACK.</summary>
public sealed class TcpHandshakeObservation : SignalObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public TcpHandshakeObservation(in Origin origin, TcpHandshake segment, string signature) : base(origin) =>
        (Segment, Signature) = (segment, signature);

    /// <inheritdoc />
    public override string Protocol => "tcp";

    /// <inheritdoc />
    public override string Event => Segment.IsAnswer ? "syn_ack" : "syn";

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>The segment's headers.</summary>
    public required TcpHandshake Segment { get; init; }

    /// <summary><see cref="TcpSignature"/> of it, the peer's segment size unknown.</summary>
    public required string Signature { get; init; }
}
