using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>The facts of an earlier observation, told again of the machine behind a router that they belong to.</summary>
public sealed class RelayedObservation : SignalObservation
{
    private readonly string _protocol;
    private readonly string _event;

    /// <summary>Of an observation of this protocol and event.</summary>
    [SetsRequiredMembers]
    public RelayedObservation(in Origin origin, string protocol, string @event) : base(origin) => (_protocol, _event) = (protocol, @event);

    /// <inheritdoc />
    public override string Protocol => _protocol;

    /// <inheritdoc />
    public override string Event => _event;

    /// <inheritdoc />
    public override bool CrossesRouters => true;
}
