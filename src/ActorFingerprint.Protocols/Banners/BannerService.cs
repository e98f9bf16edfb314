namespace ActorFingerprint.Protocols.Banners;

/// <summary>Services whose greetings are read.</summary>
internal enum BannerService : byte
{
    /// <summary>None of them.</summary>
    None,
    /// <summary>FTP (RFC 959 §5.4).</summary>
    Ftp,
    /// <summary>SMTP (RFC 5321 §4.3.1).</summary>
    Smtp,
    /// <summary>POP3 (RFC 1939 §4).</summary>
    Pop3,
    /// <summary>IMAP (RFC 9051 §7.1).</summary>
    Imap,
    /// <summary>RTSP answers with a Server field (RFC 2326 §12.36).</summary>
    Rtsp,
}
