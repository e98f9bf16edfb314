namespace ActorFingerprint.Protocols.Tls;

/// <summary>Finds issuer and subject in a certificate (RFC 5280 §4.1); nothing behind them is looked at.</summary>
internal static class CertificateNames
{
    private const byte Version = 0xA0;
    private const byte Integer = 0x02;

    /// <summary>The contents of both names. False when the certificate's outer parts contradict each other.</summary>
    public static bool TryFind(ReadOnlySpan<byte> certificate, out ReadOnlySpan<byte> issuer, out ReadOnlySpan<byte> subject)
    {
        issuer = subject = default;
        var outer = new DerReader(certificate);
        if (!outer.TryRead(DerReader.Sequence, out var signed)) return false;
        var whole = new DerReader(signed);
        if (!whole.TryRead(DerReader.Sequence, out var fields)) return false;
        var reader = new DerReader(fields);
        if (reader.NextTag == Version && !reader.TryRead(Version, out _)) return false;
        return reader.TryRead(Integer, out _) // serial number
            && reader.TryRead(DerReader.Sequence, out _) // signature algorithm
            && reader.TryRead(DerReader.Sequence, out issuer)
            && reader.TryRead(DerReader.Sequence, out _) // validity
            && reader.TryRead(DerReader.Sequence, out subject);
    }
}
