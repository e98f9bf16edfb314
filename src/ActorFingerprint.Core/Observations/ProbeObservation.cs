using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>What a device answered when this node asked it, which it does only when switched on.</summary>
public sealed class ProbeObservation : SignalObservation
{
    private readonly string _kind;

    /// <summary>Made at an origin of which device and time are known; <paramref name="kind"/> is <c>ja3s</c> or <c>upnp</c>.</summary>
    [SetsRequiredMembers]
    public ProbeObservation(in Origin origin, string kind) : base(origin) => _kind = kind;

    /// <inheritdoc />
    public override string Protocol => "probe";

    /// <inheritdoc />
    public override string Event => _kind;
}
