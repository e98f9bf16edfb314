using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Capture.Leases;

/// <summary>
/// The lease files of Kea's memfile backend, DHCPv4 and DHCPv6: CSV whose first line names the columns, appended to, so that the last line of an
/// address counts; one in another state than 0 (declined, reclaimed, released), or with a lifetime of 0, takes it back. Commas in texts are
/// written <c>&amp;#x2c</c>. Delegated prefixes (lease type 2) are no addresses.
/// </summary>
public static class KeaLeases
{
    /// <summary>Reads a file.</summary>
    public static LeaseReading Read(string text)
    {
        var reading = new LeaseReading();
        string[]? columns = null;
        foreach (var (number, line) in LeaseText.Lines(text))
        {
            if (line.Length == 0) continue;
            var fields = line.Split(',');
            if (fields[0] == "address") columns = fields; // also in the middle, where two files were joined
            else if (columns is null)
            {
                reading.Fault(number, "comes before the line that names the columns");
                return reading;
            }
            else if (Problem(new Row(columns, fields), reading) is { } problem) reading.Fault(number, problem);
        }
        return reading;
    }

    private static string? Problem(Row row, LeaseReading reading)
    {
        if (!row.IsWhole) return "has fewer fields than the first line names";
        if (!NetworkAddress.TryParse(row["address"], out var address) || !address.IsUnicast) return "the address is none";
        if (row["lease_type"] == "2") return null;
        if (!LeaseText.TryReadNumber(row["valid_lifetime"], out var lifetime)) return "the valid_lifetime is no number of seconds";
        if (!LeaseText.TryReadNumber(row["expire"], out var expire)) return "the expire is no number of seconds";
        if (row["hwaddr"] is { Length: > 0 } hardware && !LeaseText.TryReadHex(hardware, out _)) return "the hwaddr is no hex";
        if (IdOf(row) is { Length: > 0 } id && !LeaseText.TryReadHex(id, out _)) return "the client_id or duid is no hex";
        reading.Remove(address);
        if (row["state"] is not ("" or "0") || lifetime == 0) return null;
        var clientId = LeaseText.TryReadHex(IdOf(row), out var hex) ? hex : null;
        if (!MacAddress.TryParse(row["hwaddr"], out var mac) || !mac.IsUnicast) mac = LeaseText.MacOf(clientId);
        if (mac == MacAddress.None)
        {
            reading.WithoutHardwareAddress++;
            return null;
        }
        var isEndless = lifetime == uint.MaxValue;
        reading.Add(new Lease(mac, address)
        {
            HostName = LeaseText.Chosen(row["hostname"].Replace("&#x2c", ",", StringComparison.Ordinal).TrimEnd('.')),
            ClientId = clientId,
            HeardTicks = LeaseText.TicksOf(expire - lifetime),
            ExpiresTicks = isEndless ? null : LeaseText.TicksOf(expire),
        });
        return null;
    }

    private static string IdOf(Row row) => row["client_id"] is { Length: > 0 } v4 ? v4 : row["duid"];

    /// <summary>The fields of a line by the names of their columns; empty where there is no such column.</summary>
    private readonly struct Row(string[] columns, string[] fields)
    {
        public bool IsWhole => fields.Length >= Math.Min(columns.Length, Array.IndexOf(columns, "hostname") + 1);

        public string this[string column] => Array.IndexOf(columns, column) is var at and >= 0 && at < fields.Length ? fields[at].Trim() : "";
    }
}
