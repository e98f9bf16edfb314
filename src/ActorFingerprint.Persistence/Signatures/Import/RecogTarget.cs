using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Which of a device's values a recog file is about, and how its texts stand in that value.</summary>
/// <param name="Kind">The value; null when there is none.</param>
/// <param name="Before">What stands before the text in the value, as an expression.</param>
/// <param name="Sample">The same, as it may stand there.</param>
/// <param name="SmbPart">Name of the part of <see cref="SignatureKind.Smb"/>.</param>
internal sealed record RecogTarget(SignatureKind? Kind, string Before = "", string Sample = "", string? SmbPart = null)
{
    private static readonly RecogTarget None = new((SignatureKind?)null);

    /// <summary>The target of the file's attribute <c>matches</c>.</summary>
    public static RecogTarget Of(string matches) => matches switch
    {
        "dhcp_vendor_class" => new(SignatureKind.DhcpVendorClass),
        "http_header.server" => new(SignatureKind.HttpServer),
        "ssdp_header.server" => new(SignatureKind.SsdpServer),
        "mdns.device-info.txt" => new(SignatureKind.MdnsText, @"_device-info\._tcp ", "_device-info._tcp "),
        "smb.native_os" => new(SignatureKind.Smb, Sample: "client smb1 os=", SmbPart: "os"),
        "smb.native_lm" => new(SignatureKind.Smb, Sample: "client smb1 lm=", SmbPart: "lm"),
        "ssh.banner" => new(SignatureKind.SshServer, "SSH-[0-9.]+-", "SSH-2.0-"),
        "ftp.banner" => Banner("ftp"),
        "smtp.banner" => Banner("smtp"),
        "pop3.banner" => Banner("pop3"),
        "imap4.banner" => Banner("imap"),
        "rtsp_header.server" => Banner("rtsp"),
        _ => None,
    };

    /// <summary>The expression for the whole value.</summary>
    public string PatternOf(RecogExpression expression) =>
        SmbPart is null ? expression.Behind(Before) : SmbText.Around(SmbPart, expression);

    private static RecogTarget Banner(string service) => new(SignatureKind.Banner, service + "/[0-9]+ ", service + "/1 ");
}
