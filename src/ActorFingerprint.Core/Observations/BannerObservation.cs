using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>The greeting of a service; <see cref="Observation.Source"/> is the server.</summary>
public sealed class BannerObservation : SignalObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public BannerObservation(in Origin origin) : base(origin) => (Service, Text) = ("", "");

    /// <inheritdoc />
    public override string Protocol => "banner";

    /// <inheritdoc />
    public override string Event => "greeting";

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary><c>ftp</c>, <c>smtp</c>, <c>pop3</c>, <c>imap</c> or <c>rtsp</c>.</summary>
    public required string Service { get; init; }

    /// <summary>What the greeting says after its reply codes, escaped, from at most 256 bytes; a line feed stands between lines.</summary>
    public required string Text { get; init; }
}
