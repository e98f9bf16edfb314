using ActorFingerprint.Tests.Persistence;

namespace ActorFingerprint.Tests.EndToEnd;

/// <summary>What a store knows of its devices apart from times: the same for a capture read from a file and from the wire.</summary>
internal static class DeviceFacts
{
    private static readonly string[] Queries =
    [
        """
        SELECT 'device', device_key, vendor, is_locally_administered, via, is_router, dhcp_list, distinct_ja4, status, reason, packets_total, data_bytes
        FROM devices JOIN device_fingerprints USING (device_id) JOIN fingerprint_device_status USING (device_id) ORDER BY device_key
        """,
        """
        SELECT 'dhcp', device_key, message_type, ordered_string, fingerprint_string, hash, vendor_class, count
        FROM dhcp_fingerprints JOIN devices USING (device_id) ORDER BY device_key, number
        """,
        """
        SELECT 'tls', device_key, ja3_hash, ja4_hash, sni, destination_ip, destination_port, count
        FROM tls_fingerprints JOIN devices USING (device_id) ORDER BY device_key, number
        """,
        "SELECT 'address', device_key, address FROM device_addresses JOIN devices USING (device_id) ORDER BY device_key, position",
        "SELECT 'name', device_key, name, source FROM device_host_names JOIN devices USING (device_id) ORDER BY device_key, position",
    ];

    /// <summary>One line a fact, of the store in a folder.</summary>
    public static IReadOnlyList<string> Of(string folder) =>
        [.. Queries.SelectMany(query => DatabaseDump.Rows(Path.Combine(folder, "projections.db"), query))];

    /// <summary>One number of the read side.</summary>
    public static long Number(string folder, string query) =>
        long.Parse(DatabaseDump.Rows(Path.Combine(folder, "projections.db"), query).Single(), System.Globalization.CultureInfo.InvariantCulture);
}
