using System.Globalization;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Cli;

namespace ActorFingerprint.Node.Output;

/// <summary>One device for people: facts, fingerprints, history.</summary>
internal static class DeviceReport
{
    private const int MaxTls = 50;

    public static async Task WriteAsync(DeviceRow device, IDeviceReadModel devices, int maxHistory, CliConsole console,
        CancellationToken stop)
    {
        Fact("device", device.Key);
        Fact("label", device.Label);
        Fact("vendor", device.IsLocallyAdministered ? "none: the address is locally administered" : device.Vendor);
        Fact("type", DeviceTable.TypeOf(device.Identity));
        Fact("made by", device.Identity?.Vendor);
        Fact("model", device.Identity?.Model);
        Fact("system", device.Identity?.Os);
        Fact("router", device.IsRouter ? "yes" : device.Via is null ? null : $"seen through {device.Via}");
        Fact("addresses", string.Join(' ', device.Addresses));
        Fact("host names", string.Join(' ', device.HostNames));
        Fact("seen", $"{DeviceTable.Time(device.FirstSeenTicks)} to {DeviceTable.Time(device.LastSeenTicks)} UTC");
        Fact("packets", string.Create(CultureInfo.InvariantCulture, $"{device.PacketsTotal:N0}, {device.DataBytes:N0} bytes"));
        Fact("hours (UTC)", string.Join(' ', device.Hours.Select(hour => string.Create(CultureInfo.InvariantCulture, $"{hour.Hour:00}h:{hour.Count}"))));
        Fact("status", device.Reason.Length == 0 ? device.Status : $"{device.Status} ({device.Reason})");
        Fact("fingerprint", device.FingerprintHash);

        var dhcp = await devices.DhcpAsync(device.Key, stop);
        if (dhcp.Count > 0)
        {
            var table = new TextTable("DHCP", "ordered list", "vendor class", "first seen", "last seen", "count");
            foreach (var row in dhcp)
                table.Add(row.MessageType, row.Ordered, row.VendorClass, DeviceTable.Time(row.FirstSeenTicks),
                    DeviceTable.Time(row.LastSeenTicks), Number(row.Count));
            Section(table);
        }
        var tls = await devices.TlsAsync(device.Key, MaxTls, stop);
        if (tls.Count > 0)
        {
            var table = new TextTable("JA4", "JA3", "first server name", "first seen", "last seen", "count");
            foreach (var row in tls)
                table.Add(row.Ja4, row.Ja3, row.Sni, DeviceTable.Time(row.FirstSeenTicks), DeviceTable.Time(row.LastSeenTicks),
                    Number(row.Count));
            Section(table);
        }
        var facts = await devices.FactsAsync(device.Key, stop);
        if (facts.Count > 0)
        {
            var table = new TextTable("fact", "value", "first seen");
            foreach (var row in facts.OrderBy(fact => fact.Kind, StringComparer.Ordinal))
                table.Add(row.Kind, row.Value, DeviceTable.Time(row.FirstSeenTicks));
            Section(table);
        }
        var history = await devices.HistoryAsync(device.Key, maxHistory, stop);
        if (history.Count > 0)
        {
            var table = new TextTable("#", "at", "event");
            foreach (var row in history) table.Add(Number(row.SequenceNumber), DeviceTable.Time(row.AtTicks), $"{row.Manifest} {row.Json}");
            Section(table);
        }

        void Fact(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) console.Out.WriteLine($"{name,-12} {TerminalText.Escape(value)}");
        }

        void Section(TextTable table)
        {
            console.Out.WriteLine();
            table.Write(console.Out, console.IsOutTerminal);
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
