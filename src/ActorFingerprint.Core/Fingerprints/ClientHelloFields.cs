namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// What JA3 and JA4 read of a ClientHello, borrowed: the input of the calculators. Lists are in wire order with GREASE kept.
/// </summary>
public readonly ref struct ClientHelloFields
{
    /// <summary>How it was carried.</summary>
    public TlsTransport Transport { get; init; }

    /// <summary><c>legacy_version</c>.</summary>
    public ushort LegacyVersion { get; init; }

    /// <summary>Cipher suites.</summary>
    public ReadOnlySpan<ushort> CipherSuites { get; init; }

    /// <summary>Extension types, repeats kept.</summary>
    public ReadOnlySpan<ushort> Extensions { get; init; }

    /// <summary>supported_groups (extension 10).</summary>
    public ReadOnlySpan<ushort> SupportedGroups { get; init; }

    /// <summary>ec_point_formats (extension 11).</summary>
    public ReadOnlySpan<byte> PointFormats { get; init; }

    /// <summary>signature_algorithms (extension 13).</summary>
    public ReadOnlySpan<ushort> SignatureAlgorithms { get; init; }

    /// <summary>supported_versions (extension 43); read only when <see cref="HasSupportedVersions"/>.</summary>
    public ReadOnlySpan<ushort> SupportedVersions { get; init; }

    /// <summary>Extension 43 is present.</summary>
    public bool HasSupportedVersions { get; init; }

    /// <summary>First ALPN protocol name; empty when there is none or it is empty.</summary>
    public ReadOnlySpan<byte> FirstAlpn { get; init; }

    /// <summary>Extension 0 is present, whatever it holds.</summary>
    public bool HasSni { get; init; }

    /// <summary>
    /// The version that the client would choose: the highest non-GREASE entry of supported_versions when that extension is
    /// present (lowest for DTLS, whose numbers count downward), else <see cref="LegacyVersion"/>. 0 when only GREASE was offered.
    /// </summary>
    public ushort HighestVersion
    {
        get
        {
            if (!HasSupportedVersions) return LegacyVersion;
            ushort best = 0;
            foreach (var version in SupportedVersions)
            {
                if (Grease.IsGrease(version)) continue;
                if (best == 0 || (Transport == TlsTransport.Dtls ? version < best : version > best)) best = version;
            }
            return best;
        }
    }
}
