using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>
/// One SMB negotiate or session setup message; <see cref="Observation.Source"/> is its sender. User names, domains of users, challenges,
/// responses and GUIDs are never read.
/// </summary>
public sealed class SmbObservation : SignalObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public SmbObservation(in Origin origin) : base(origin) => Content = new SmbContent();

    /// <inheritdoc />
    public override string Protocol => "smb";

    /// <inheritdoc />
    public override string Event => (Content.IsSessionSetup, Content.IsServer) switch
    {
        (false, false) => "negotiate_request",
        (false, true) => "negotiate_response",
        (true, false) => "session_setup_request",
        (true, true) => "session_setup_response",
    };

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>What the message says.</summary>
    public required SmbContent Content { get; init; }
}

/// <summary>What one SMB message says of the sender's software. A null or empty member was not in it. Texts are escaped.</summary>
public sealed record SmbContent
{
    /// <summary>1 or 2; SMB 3 has the messages of 2.</summary>
    public int Version { get; init; }

    /// <summary>The message is an answer.</summary>
    public bool IsServer { get; init; }

    /// <summary>Session setup; else negotiate.</summary>
    public bool IsSessionSetup { get; init; }

    /// <summary>Dialects offered, in order: names for SMB 1, four hex digits for SMB 2; at most 64.</summary>
    public IReadOnlyList<string> Dialects { get; init; } = [];

    /// <summary>Dialect chosen: four hex digits, for SMB 1 <c>#</c> and the place in the offer.</summary>
    public string? Dialect { get; init; }

    /// <summary>Security mode bits of a negotiate message.</summary>
    public int? SecurityMode { get; init; }

    /// <summary>Capability bits.</summary>
    public uint? Capabilities { get; init; }

    /// <summary>SMB 3.1.1: types of the negotiate contexts, in order; at most 32.</summary>
    public IReadOnlyList<int> Contexts { get; init; } = [];

    /// <summary>SMB 3.1.1: encryption ciphers, in order; at most 32.</summary>
    public IReadOnlyList<int> Ciphers { get; init; } = [];

    /// <summary>SMB 1: native operating system.</summary>
    public string? NativeOs { get; init; }

    /// <summary>SMB 1: native LAN manager.</summary>
    public string? LanManager { get; init; }

    /// <summary>SMB 1: domain or workgroup that a server gives as its own.</summary>
    public string? Domain { get; init; }

    /// <summary>SMB 1 without extended security: name that a server gives as its own.</summary>
    public string? ServerName { get; init; }

    /// <summary>NTLM message inside a session setup.</summary>
    public NtlmContent? Ntlm { get; init; }
}

/// <summary>What an NTLM message says of its sender. Texts are escaped.</summary>
public sealed record NtlmContent
{
    /// <summary>1 negotiate, 2 challenge, 3 authenticate.</summary>
    public int MessageType { get; init; }

    /// <summary>Operating system version, <c>major.minor.build</c>; null when not sent.</summary>
    public string? OsVersion { get; init; }

    /// <summary>NTLM revision; 0 when not sent.</summary>
    public int Revision { get; init; }

    /// <summary>Name of a client's machine.</summary>
    public string? Workstation { get; init; }

    /// <summary>Target name of a server.</summary>
    public string? TargetName { get; init; }

    /// <summary>NetBIOS name of a server.</summary>
    public string? NetbiosName { get; init; }

    /// <summary>NetBIOS name of its domain.</summary>
    public string? NetbiosDomain { get; init; }

    /// <summary>DNS name of a server.</summary>
    public string? DnsName { get; init; }

    /// <summary>DNS name of its domain.</summary>
    public string? DnsDomain { get; init; }

    /// <summary>DNS name of its forest.</summary>
    public string? DnsForest { get; init; }
}
