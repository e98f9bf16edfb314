using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Http;

namespace ActorFingerprint.Node.Output;

/// <summary>How devices are written.</summary>
public enum ExportFormat
{
    /// <summary>One array.</summary>
    Json,
    /// <summary>One object a line.</summary>
    Jsonl,
    /// <summary>RFC 4180 with a header row.</summary>
    Csv,
}

/// <summary>Writes all devices, a page at a time, in the order of their keys.</summary>
public static class DeviceExport
{
    private const int PageSize = 1000;

    /// <summary>Reads a format name.</summary>
    public static bool TryParse(string text, out ExportFormat format) =>
        Enum.TryParse(text, ignoreCase: true, out format) && Enum.IsDefined(format) && char.IsAsciiLetter(text[0]);

    /// <summary>Its media type.</summary>
    public static string ContentTypeOf(ExportFormat format) => format switch
    {
        ExportFormat.Csv => "text/csv; charset=utf-8",
        ExportFormat.Jsonl => "application/jsonl",
        _ => "application/json",
    };

    /// <summary>Writes every device to a stream as UTF-8.</summary>
    public static async Task WriteAsync(IDeviceReadModel devices, ExportFormat format, Stream output, CancellationToken stop) =>
        await WriteAsync(ReadAllAsync(devices, stop), format, output, stop);

    /// <summary>Writes the given devices to a stream as UTF-8.</summary>
    public static async Task WriteAsync(IAsyncEnumerable<DeviceRow> rows, ExportFormat format, Stream output, CancellationToken stop)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        if (format == ExportFormat.Csv) await writer.WriteAsync(CsvHeader);
        if (format == ExportFormat.Json) await writer.WriteAsync("[");
        var separator = "\n";
        await foreach (var row in rows.WithCancellation(stop))
        {
            if (format == ExportFormat.Csv)
            {
                await writer.WriteAsync(CsvRow(row).AsMemory(), stop);
                continue;
            }
            if (format == ExportFormat.Json) await writer.WriteAsync(separator);
            separator = ",\n";
            await writer.WriteAsync(JsonSerializer.Serialize(DeviceResource.Of(row), ApiJson.Default.DeviceResource).AsMemory(), stop);
            if (format == ExportFormat.Jsonl) await writer.WriteLineAsync();
        }
        if (format == ExportFormat.Json) await writer.WriteAsync("\n]\n");
    }

    private static string CsvHeader => Csv.Row(
        "key", "mac", "label", "vendor", "locally_administered", "router", "via", "status", "reason", "addresses", "host_names",
            "dhcp_list",
        "distinct_ja4", "fingerprint_hash", "packets_total", "data_bytes", "first_seen", "last_seen", "updated_at", "type", "confidence", "made_by", "model", "os");

    private static string CsvRow(DeviceRow row) => Csv.Row(
        row.Key, row.Mac, row.Label, row.Vendor, Text(row.IsLocallyAdministered), Text(row.IsRouter), row.Via, row.Status, row.Reason,
        string.Join(' ', row.Addresses), string.Join(' ', row.HostNames), row.DhcpList, Text(row.DistinctJa4), row.FingerprintHash,
        Text(row.PacketsTotal), Text(row.DataBytes), Time(row.FirstSeenTicks), Time(row.LastSeenTicks), Time(row.UpdatedTicks),
        row.Identity?.Type, row.Identity?.Confidence.ToString(CultureInfo.InvariantCulture), row.Identity?.Vendor, row.Identity?.Model, row.Identity?.Os);

    private static async IAsyncEnumerable<DeviceRow> ReadAllAsync(
        IDeviceReadModel devices, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        for (var offset = 0; ; offset += PageSize)
        {
            var (rows, _) = await devices.ListAsync(new DeviceQuery { Limit = PageSize, Offset = offset }, stop);
            foreach (var row in rows) yield return row;
            if (rows.Count < PageSize) yield break;
        }
    }

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(long ticks) => Times.Utc(ticks).ToString("O", CultureInfo.InvariantCulture);
}
