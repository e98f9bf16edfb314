using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Capture.Leases;

/// <summary>
/// Leases of systemd-networkd. Its DHCP server keeps one JSON file an interface (<c>/var/lib/systemd/network/dhcp-server-lease/</c>); its client
/// one file of <c>KEY=VALUE</c> lines an interface (<c>/run/systemd/netif/leases/</c>), which tells of this machine. Which of them a file is, its
/// first character says.
/// </summary>
public static class NetworkdLeases
{
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 16 };

    /// <summary>Reads a file.</summary>
    public static LeaseReading Read(string text)
    {
        var reading = new LeaseReading();
        if (text.AsSpan().TrimStart() is ['{', ..]) ReadServer(text, reading);
        else ReadClient(text, reading);
        return reading;
    }

    private static void ReadServer(string text, LeaseReading reading)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text), Bounded);
            if (!document.RootElement.TryGetProperty("Leases", out var leases) || leases.ValueKind != JsonValueKind.Array) return;
            foreach (var lease in leases.EnumerateArray())
                if (Problem(lease, reading) is { } problem) reading.Fault(0, problem);
        }
        catch (JsonException error)
        {
            reading.Fault((int)Math.Min((error.LineNumber ?? -1) + 1, int.MaxValue), "is not JSON");
        }
        catch (InvalidOperationException)
        {
            reading.Fault(0, "holds text that is no Unicode"); // half of a surrogate pair, escaped
        }
    }

    private static string? Problem(JsonElement lease, LeaseReading reading)
    {
        if (lease.ValueKind != JsonValueKind.Object) return "a lease is not an object";
        if (Bytes(lease, "Address") is not { Length: 4 } ip || NetworkAddress.ReadV4(ip) is not { IsUnicast: true } address)
            return "a lease has no address";
        var clientId = Bytes(lease, "ClientId") is { Length: > 0 } id ? Convert.ToHexStringLower(id) : null;
        var isEthernet = !lease.TryGetProperty("HardwareAddressType", out var type)
            || (type.ValueKind == JsonValueKind.Number && type.TryGetInt32(out var number) && number == 1);
        var mac = isEthernet && Bytes(lease, "HardwareAddress") is { Length: 6 } hardware ? MacAddress.Read(hardware) : LeaseText.MacOf(clientId);
        if (!mac.IsUnicast)
        {
            reading.WithoutHardwareAddress++;
            return null;
        }
        var name = lease.TryGetProperty("Hostname", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        long? ends = lease.TryGetProperty("ExpirationRealtimeUSec", out var expiration)
            && expiration.ValueKind == JsonValueKind.Number && expiration.TryGetInt64(out var microseconds)
            ? LeaseText.TicksOf(microseconds / 1_000_000) : null;
        reading.Add(new Lease(mac, address)
        {
            HostName = name is null ? null : LeaseText.Chosen(name),
            ClientId = clientId,
            ExpiresTicks = ends,
        });
        return null;
    }

    /// <summary>An array of numbers 0..255, at most as long as a DHCP option; else null.</summary>
    private static byte[]? Bytes(JsonElement lease, string name)
    {
        if (!lease.TryGetProperty(name, out var array) || array.ValueKind != JsonValueKind.Array) return null;
        if (array.GetArrayLength() > LeaseText.MaxBytes) return null;
        var bytes = new byte[array.GetArrayLength()];
        for (var i = 0; i < bytes.Length; i++)
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetByte(out bytes[i])) return null;
        return bytes;
    }

    private static void ReadClient(string text, LeaseReading reading)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (number, line) in LeaseText.Lines(text))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var split = line.IndexOf('=', StringComparison.Ordinal);
            if (split > 0) values[line[..split]] = line[(split + 1)..].Trim('"');
            else reading.Fault(number, "is not KEY=VALUE");
        }
        if (values.Count == 0) return;
        if (!NetworkAddress.TryParse(values.GetValueOrDefault("ADDRESS"), out var address) || !address.IsUnicast)
        {
            reading.Fault(0, "has no ADDRESS");
            return;
        }
        var clientId = LeaseText.TryReadHex(values.GetValueOrDefault("CLIENTID", ""), out var hex) ? hex : null;
        if (LeaseText.MacOf(clientId) is { IsUnicast: true } mac)
            reading.Add(new Lease(mac, address)
            {
                ClientId = clientId,
                HostName = values.GetValueOrDefault("HOSTNAME") is { } name ? LeaseText.Chosen(name) : null,
            });
        else reading.WithoutHardwareAddress++;
    }
}
