using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// What makes devices of one make and software look alike on the wire, as canonical JSON: UTF-8, keys in ordinal order, no white
/// space, nothing that names a single device or its user (docs/devices.md, "Features").
/// </summary>
public static class DeviceFeatures
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, FingerprintKind Kind)[] DhcpKinds =
    [
        ("discover", FingerprintKind.DhcpDiscover),
        ("inform", FingerprintKind.DhcpInform),
        ("request", FingerprintKind.DhcpRequest),
    ];

    /// <summary>The canonical JSON of a device's features; null when it has none.</summary>
    public static string? ToCanonicalJson(DeviceState state)
    {
        string[] ja4 = [.. state.History(FingerprintKind.Ja4).Values.Select(value => value.Value).Order(StringComparer.Ordinal)];
        var dhcp = DhcpKinds.Where(kind => state.History(kind.Kind).Newest is not null).ToArray();
        if (ja4.Length == 0 && dhcp.Length == 0) return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            writer.WriteStartObject();
            if (dhcp.Length > 0) WriteDhcp(writer, state, dhcp);
            if (ja4.Length > 0) WriteJa4(writer, ja4);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The device fingerprint of <see cref="ToCanonicalJson"/>: the first 16 lower-case hex digits of its SHA-256.</summary>
    public static string Hash(string canonicalJson) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalJson)).AsSpan(0, 8));

    private static void WriteDhcp(Utf8JsonWriter writer, DeviceState state, (string Name, FingerprintKind Kind)[] kinds)
    {
        writer.WriteStartObject("dhcp");
        foreach (var (name, kind) in kinds)
        {
            var newest = state.History(kind).Newest!;
            writer.WriteStartObject(name);
            writer.WriteString("list", newest.Value);
            if (newest.Features.OptionOrder is { } order) writer.WriteString("options", order);
            if (newest.Features.UserClass is { } userClass) writer.WriteString("user_class", userClass);
            if (newest.Features.VendorClass is { } vendorClass) writer.WriteString("vendor_class", vendorClass);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteJa4(Utf8JsonWriter writer, string[] values)
    {
        writer.WriteStartArray("ja4");
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
