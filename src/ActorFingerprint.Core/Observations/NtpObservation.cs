using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>An NTP message (RFC 5905). <see cref="Observation.Source"/> is its sender.</summary>
public sealed class NtpObservation : SignalObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public NtpObservation(in Origin origin, NtpHeader header) : base(origin) => Header = header;

    /// <inheritdoc />
    public override string Protocol => "ntp";

    /// <inheritdoc />
    public override string Event => Header.Mode switch
    {
        NtpMode.SymmetricActive => "symmetric_active",
        NtpMode.SymmetricPassive => "symmetric_passive",
        NtpMode.Client => "client",
        NtpMode.Server => "server",
        NtpMode.Broadcast => "broadcast",
        NtpMode.Control => "control",
        NtpMode.Private => "private",
        _ => "unspecified",
    };

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>The message's header.</summary>
    public required NtpHeader Header { get; init; }
}

/// <summary>Association modes (RFC 5905 §3).</summary>
public enum NtpMode : byte
{
    /// <summary>Version 1 knows no modes.</summary>
    Unspecified,
    /// <summary>Peer that asks.</summary>
    SymmetricActive,
    /// <summary>Peer that answers.</summary>
    SymmetricPassive,
    /// <summary>Client.</summary>
    Client,
    /// <summary>Server.</summary>
    Server,
    /// <summary>Server that announces the time to all.</summary>
    Broadcast,
    /// <summary>Control message (RFC 9327).</summary>
    Control,
    /// <summary>Private use, the requests of ntpdc.</summary>
    Private,
}

/// <summary>Which fields of an NTP header are not zero: what a client leaves empty tells its implementation.</summary>
[Flags]
public enum NtpFields : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Root delay.</summary>
    RootDelay = 1 << 0,
    /// <summary>Root dispersion.</summary>
    RootDispersion = 1 << 1,
    /// <summary>Reference id.</summary>
    ReferenceId = 1 << 2,
    /// <summary>Reference timestamp.</summary>
    Reference = 1 << 3,
    /// <summary>Origin timestamp.</summary>
    Origin = 1 << 4,
    /// <summary>Receive timestamp.</summary>
    Receive = 1 << 5,
    /// <summary>Transmit timestamp.</summary>
    Transmit = 1 << 6,
}

/// <summary>Header of an NTP message. Control and private messages have only version and mode.</summary>
/// <param name="Version">1..4.</param>
/// <param name="Mode">Mode.</param>
/// <param name="Leap">Leap indicator, 0..3; 3 is not synchronised.</param>
/// <param name="Stratum">Stratum, 0 unspecified.</param>
/// <param name="Poll">Poll interval, log2 of seconds.</param>
/// <param name="Precision">Precision of the clock, log2 of seconds.</param>
/// <param name="ReferenceId">Reference id: four characters for a stratum of 0 or 1, else the address of the sender's own server.</param>
/// <param name="Present">Fields that are not zero.</param>
/// <param name="Extra">Bytes behind the header: extension fields, key id and digest.</param>
public sealed record NtpHeader(
    int Version, NtpMode Mode, int Leap, int Stratum, int Poll, int Precision, uint ReferenceId, NtpFields Present, int Extra)
{
    /// <summary>True when the message has the fields behind version and mode.</summary>
    public bool IsTime => Mode is not (NtpMode.Control or NtpMode.Private);
}
