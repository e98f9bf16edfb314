using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures;

/// <summary>
/// Tables of a signature database (docs/signatures.md). Lists of DHCP option 55, JA3 and JA4 hashes, JA3S hashes and MAC prefixes have
/// tables of their own shape; everything else is a pattern with its kind.
/// </summary>
internal static class SignatureTables
{
    /// <summary>Format that this version reads and writes.</summary>
    public const int Format = 1;

    /// <summary>Tables whose rows are patterns.</summary>
    public static readonly string[] Patterns =
        ["dhcp_patterns", "vendor_classes", "host_names", "discovery", "software", "tcp_signatures", "tls_patterns", "traits", "wifi_signatures"];

    /// <summary>Tables whose rows belong to a source.</summary>
    public static readonly string[] OfSources = [.. Patterns, "dhcp_fingerprints", "ja3_fingerprints", "ja3s_servers", "oui_mappings"];

    /// <summary>The table of a kind's patterns.</summary>
    public static string PatternTable(SignatureKind kind) => kind switch
    {
        SignatureKind.DhcpList or SignatureKind.DhcpOptions or SignatureKind.Dhcpv6List => "dhcp_patterns",
        SignatureKind.DhcpVendorClass or SignatureKind.Dhcpv6Vendor => "vendor_classes",
        SignatureKind.HostName => "host_names",
        SignatureKind.MdnsService or SignatureKind.MdnsText or SignatureKind.MdnsQuery or SignatureKind.SsdpType or SignatureKind.SsdpServer
            or SignatureKind.SsdpLocation or SignatureKind.SsdpUuid or SignatureKind.SsdpUserAgent or SignatureKind.Upnp => "discovery",
        SignatureKind.TcpSyn or SignatureKind.TcpSynAck => "tcp_signatures",
        SignatureKind.Ja3 or SignatureKind.Ja4 or SignatureKind.Ja3S or SignatureKind.TlsStack => "tls_patterns",
        SignatureKind.Wifi => "wifi_signatures",
        SignatureKind.Oui or SignatureKind.Vendor or SignatureKind.Mac or SignatureKind.Behavior or SignatureKind.OpenPort
            or SignatureKind.ServerName => "traits",
        _ => "software",
    };

    /// <summary>Makes the tables.</summary>
    public static string Script { get; } =
        """
        CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE sources (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version TEXT NOT NULL, licence TEXT NOT NULL, imported_at TEXT NOT NULL,
          entries INTEGER NOT NULL);
        CREATE TABLE devices (
          id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES devices(id), hierarchy TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
          type TEXT, vendor TEXT, model TEXT, os_name TEXT, is_mobile INTEGER NOT NULL, is_tablet INTEGER NOT NULL, score INTEGER NOT NULL);
        CREATE TABLE dhcp_fingerprints (
          id INTEGER PRIMARY KEY, fingerprint_hash TEXT NOT NULL, fingerprint_string TEXT NOT NULL, message_type TEXT NOT NULL,
          device_id INTEGER NOT NULL REFERENCES devices(id), confidence INTEGER NOT NULL, origin TEXT NOT NULL,
          source_id INTEGER NOT NULL REFERENCES sources(id), UNIQUE (fingerprint_hash, message_type, device_id));
        CREATE TABLE variants (
          fingerprint_id INTEGER NOT NULL REFERENCES dhcp_fingerprints(id) ON DELETE CASCADE, ordered TEXT NOT NULL,
          PRIMARY KEY (fingerprint_id, ordered)) WITHOUT ROWID;
        CREATE TABLE vendor_patterns (
          fingerprint_id INTEGER NOT NULL REFERENCES dhcp_fingerprints(id) ON DELETE CASCADE, prefix TEXT NOT NULL,
          PRIMARY KEY (fingerprint_id, prefix)) WITHOUT ROWID;
        CREATE TABLE ja3_fingerprints (
          id INTEGER PRIMARY KEY, ja3_hash TEXT, ja4_hash TEXT, application_name TEXT NOT NULL, os_name TEXT,
          device_id INTEGER NOT NULL REFERENCES devices(id), confidence INTEGER NOT NULL, origin TEXT NOT NULL,
          source_id INTEGER NOT NULL REFERENCES sources(id), UNIQUE (ja3_hash, ja4_hash, device_id));
        CREATE TABLE ja3s_servers (
          id INTEGER PRIMARY KEY, ja3s_hash TEXT NOT NULL, server_name TEXT NOT NULL, device_id INTEGER NOT NULL REFERENCES devices(id),
          confidence INTEGER NOT NULL, origin TEXT NOT NULL, source_id INTEGER NOT NULL REFERENCES sources(id), UNIQUE (ja3s_hash, device_id));
        CREATE TABLE oui_mappings (
          prefix TEXT NOT NULL, vendor TEXT NOT NULL, device_id INTEGER NOT NULL REFERENCES devices(id), confidence INTEGER NOT NULL,
          origin TEXT NOT NULL, source_id INTEGER NOT NULL REFERENCES sources(id), PRIMARY KEY (prefix, source_id)) WITHOUT ROWID;
        CREATE INDEX oui_known ON oui_mappings (prefix) WHERE confidence > 0;
        CREATE INDEX devices_named ON devices (id) WHERE score > 0;

        """ + string.Concat(Patterns.Select(table =>
        $"""
        CREATE TABLE {table} (
          id INTEGER PRIMARY KEY, kind TEXT NOT NULL, match TEXT NOT NULL, pattern TEXT NOT NULL, qualifier TEXT NOT NULL,
          device_id INTEGER NOT NULL REFERENCES devices(id), confidence INTEGER NOT NULL, origin TEXT NOT NULL,
          source_id INTEGER NOT NULL REFERENCES sources(id), UNIQUE (kind, pattern, match, qualifier, device_id));

        """));
}
