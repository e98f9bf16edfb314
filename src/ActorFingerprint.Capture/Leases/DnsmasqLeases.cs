using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Capture.Leases;

/// <summary>
/// The lease file of dnsmasq: <c>expiry address-of-hardware address name client-id</c> a line, <c>*</c> for what is not known, expiry 0 for a
/// lease without end. After a line <c>duid …</c> come DHCPv6 leases, whose second field is no hardware address: they are passed over.
/// </summary>
public static class DnsmasqLeases
{
    /// <summary>Reads a file.</summary>
    public static LeaseReading Read(string text)
    {
        var reading = new LeaseReading();
        foreach (var (number, line) in LeaseText.Lines(text))
        {
            if (line.Length == 0) continue;
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields is ["duid", _]) break;
            if (Problem(fields, reading) is { } problem) reading.Fault(number, problem);
        }
        return reading;
    }

    private static string? Problem(string[] fields, LeaseReading reading)
    {
        if (fields is not [var expiry, var hardware, var ip, var name, var id]) return "is not 'expiry hardware address name client-id'";
        if (!LeaseText.TryReadNumber(expiry, out var seconds)) return "the expiry is no number of seconds";
        if (!NetworkAddress.TryParse(ip, out var address) || !address.IsUnicast) return "the address is none";
        if (!TryReadHardware(hardware, out var mac)) return "the hardware address is none";
        if (id != "*" && !LeaseText.TryReadHex(id, out id)) return "the client identifier is no hex";
        if (mac == MacAddress.None)
        {
            reading.WithoutHardwareAddress++;
            return null;
        }
        reading.Add(new Lease(mac, address)
        {
            HostName = name == "*" ? null : LeaseText.Chosen(name),
            ClientId = id == "*" ? null : id,
            ExpiresTicks = LeaseText.TicksOf(seconds),
        });
        return null;
    }

    /// <summary>Another kind of hardware than Ethernet has its number in front (<c>20-…</c>); it is sound, and none here.</summary>
    private static bool TryReadHardware(string text, out MacAddress mac)
    {
        mac = MacAddress.None;
        if (text is [_, _, '-', ..]) return true;
        return MacAddress.TryParse(text, out mac) && mac.IsUnicast;
    }
}
