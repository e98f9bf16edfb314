using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Capture.Leases;

/// <summary>
/// The lease files of macOS's DHCP client (<c>/var/db/dhcpclient/leases/</c>): XML property lists, one an interface. Each tells of this machine
/// and of its router. The one document type that property lists carry is taken off before; any other is refused, and nothing is resolved.
/// </summary>
public static partial class MacLeases
{
    private static readonly XmlReaderSettings Safe = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 1024 * 1024,
    };

    /// <summary>Reads a file.</summary>
    public static LeaseReading Read(string text)
    {
        var reading = new LeaseReading();
        try
        {
            using var xml = XmlReader.Create(new StringReader(DocumentType().Replace(text, "", 1)), Safe);
            var values = ValuesOf(XDocument.Load(xml).Root?.Element("dict"));
            if (AddressOf(values, "IPAddress") is not { } address)
            {
                reading.Fault(0, "has no IPAddress");
                return reading;
            }
            var starts = TimeOf(values.GetValueOrDefault("LeaseStartDate"));
            AddSelf(values, address, starts, reading);
            if (AddressOf(values, "RouterIPAddress") is { } router && BytesOf(values, "RouterHardwareAddress") is { Length: 6 } hardware
                && MacAddress.Read(hardware) is { IsUnicast: true } mac)
                reading.Add(new Lease(mac, router) { HeardTicks = starts });
        }
        catch (XmlException error)
        {
            reading.Fault(error.LineNumber, "is not an XML property list");
        }
        return reading;
    }

    private static void AddSelf(Dictionary<string, XElement> values, NetworkAddress address, long? starts, LeaseReading reading)
    {
        var clientId = BytesOf(values, "ClientIdentifier") is { Length: > 0 and <= LeaseText.MaxBytes } id ? Convert.ToHexStringLower(id) : null;
        var seconds = values.GetValueOrDefault("LeaseLength")?.Value.Trim();
        if (LeaseText.MacOf(clientId) is not { IsUnicast: true } mac) reading.WithoutHardwareAddress++;
        else
            reading.Add(new Lease(mac, address)
            {
                ClientId = clientId,
                HeardTicks = starts,
                ExpiresTicks = starts is { } from && seconds is not null && LeaseText.TryReadNumber(seconds, out var length) && length < uint.MaxValue
                    ? from + length * TimeSpan.TicksPerSecond : null,
            });
    }

    /// <summary>The keys of a dictionary with the elements that follow them.</summary>
    private static Dictionary<string, XElement> ValuesOf(XElement? dictionary)
    {
        var values = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (var key in dictionary?.Elements("key") ?? [])
            if (key.ElementsAfterSelf().FirstOrDefault() is { } value && value.Name != "key") values[key.Value] = value;
        return values;
    }

    private static NetworkAddress? AddressOf(Dictionary<string, XElement> values, string key) =>
        NetworkAddress.TryParse(values.GetValueOrDefault(key)?.Value, out var address) && address.IsUnicast ? address : null;

    private static byte[]? BytesOf(Dictionary<string, XElement> values, string key)
    {
        if (values.GetValueOrDefault(key)?.Value is not { Length: <= 4096 } text) return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static long? TimeOf(XElement? element) => DateTime.TryParse(
        element?.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at.Ticks : null;

    [GeneratedRegex("""<!DOCTYPE\s+plist\s+PUBLIC\s+"-//Apple( Computer)?//DTD PLIST 1\.0//EN"\s+"https?://www\.apple\.com/DTDs/PropertyList-1\.0\.dtd"\s*>""")]
    private static partial Regex DocumentType();
}
