using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>What one side of an SSH connection says of its software before it encrypts (RFC 4253 §4.2, §7.1).</summary>
public abstract class SshObservation : SignalObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    protected SshObservation(in Origin origin) : base(origin) { }

    /// <inheritdoc />
    public override string Protocol => "ssh";

    /// <inheritdoc />
    public override bool CrossesRouters => true;

    /// <summary>The sender is the server; <see cref="Observation.Source"/> is the sender in either case.</summary>
    public bool IsServer { get; init; }
}

/// <summary>The identification string of one side.</summary>
public sealed class SshIdentificationObservation : SshObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public SshIdentificationObservation(in Origin origin) : base(origin) => Identification = "";

    /// <inheritdoc />
    public override string Event => "identification";

    /// <summary><c>SSH-protoversion-softwareversion comments</c> without the line end, escaped.</summary>
    public required string Identification { get; init; }
}

/// <summary>The key exchange offer of one side.</summary>
public sealed class SshKeyExchangeObservation : SshObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public SshKeyExchangeObservation(in Origin origin) : base(origin) => (Offer, Hassh) = (new SshOffer(), "");

    /// <inheritdoc />
    public override string Event => "kexinit";

    /// <summary>HASSH of a client, HASSHServer of a server: 32 hex digits.</summary>
    public required string Hassh { get; init; }

    /// <summary>The name lists.</summary>
    public required SshOffer Offer { get; init; }
}

/// <summary>The ten name lists of an SSH_MSG_KEXINIT (RFC 4253 §7.1): as sent, comma-joined, escaped, cut to 1024 characters.</summary>
public sealed record SshOffer
{
    /// <summary>Longest list that is kept, characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>kex_algorithms.</summary>
    public string KeyExchange { get; init; } = "";

    /// <summary>server_host_key_algorithms.</summary>
    public string HostKey { get; init; } = "";

    /// <summary>encryption_algorithms_client_to_server.</summary>
    public string CipherToServer { get; init; } = "";

    /// <summary>encryption_algorithms_server_to_client.</summary>
    public string CipherToClient { get; init; } = "";

    /// <summary>mac_algorithms_client_to_server.</summary>
    public string MacToServer { get; init; } = "";

    /// <summary>mac_algorithms_server_to_client.</summary>
    public string MacToClient { get; init; } = "";

    /// <summary>compression_algorithms_client_to_server.</summary>
    public string CompressionToServer { get; init; } = "";

    /// <summary>compression_algorithms_server_to_client.</summary>
    public string CompressionToClient { get; init; } = "";

    /// <summary>languages_client_to_server; mostly empty.</summary>
    public string LanguageToServer { get; init; } = "";

    /// <summary>languages_server_to_client; mostly empty.</summary>
    public string LanguageToClient { get; init; } = "";
}
