using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ActorFingerprint.Tools.FrameGenerator.Dhcp;
using ActorFingerprint.Tools.FrameGenerator.Tls;

namespace ActorFingerprint.Tools.FrameGenerator.Truth;

/// <summary>Writes expectations in the words of the observation contract (<c>scan --observations --format jsonl</c>).</summary>
internal static class TruthWriter
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One JSON object without a line end.</summary>
    public static string Line(Expectation expectation, string? kind = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            if (kind is not null) json.WriteString("kind", kind);
            json.WriteNumber("frame", expectation.At.Number);
            if (expectation.IsOptional) json.WriteBoolean("optional", true);
            json.WriteString("ts", Time(expectation.At.AtMicros));
            if (expectation is TlsExpectation tls) WriteTls(json, tls);
            else WriteDhcp(json, (DhcpExpectation)expectation);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Time(long micros) =>
        DateTime.UnixEpoch.AddTicks(micros * 10).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private static void WriteTls(Utf8JsonWriter json, TlsExpectation tls)
    {
        json.WriteString("protocol", tls.IsQuic ? "quic" : "tls");
        json.WriteString("event", tls.ClientHello is null ? "server_hello" : "client_hello");
        if (tls.Device.Length > 0) json.WriteString("device", tls.Device);
        if (tls.Behind is not null) json.WriteString("behind", tls.Behind);
        json.WriteString("src_ip", tls.Client.Address.ToString());
        json.WriteNumber("src_port", tls.Client.Port);
        json.WriteString("dst_ip", tls.Server.Address.ToString());
        json.WriteNumber("dst_port", tls.Server.Port);
        json.WriteStartObject("tls");
        if (tls.ClientHello is { } hello) WriteHello(json, hello, tls.IsQuic ? "q" : "t", tls.Open);
        else json.WriteString("ja3s", TlsTruth.Ja3S(tls.ServerHello!));
        json.WriteEndObject();
    }

    private static void WriteHello(Utf8JsonWriter json, ClientHelloMessage hello, string transport, IReadOnlyList<string> open)
    {
        var extensions = hello.Extensions ?? [];
        Cell("sni", extensions.Contains(ExtensionType.ServerName) ? hello.ServerName ?? "" : "");
        if (!open.Contains("alpn"))
        {
            json.WriteStartArray("alpn");
            if (extensions.Contains(ExtensionType.Alpn)) foreach (var name in hello.Alpn) json.WriteStringValue(DhcpTruth.Escape(name));
            json.WriteEndArray();
        }
        Cell("ja3", TlsTruth.Ja3(hello));
        Cell("ja3_full", TlsTruth.Ja3String(hello));
        Cell("ja4", transport + TlsTruth.Ja4(hello)[1..]);
        Cell("ja4_r", transport + TlsTruth.Ja4Raw(hello)[1..]);
        Cell("ja4_o", transport + TlsTruth.Ja4Original(hello)[1..]);
        Cell("ja4_ro", transport + TlsTruth.Ja4RawOriginal(hello)[1..]);
        json.WriteBoolean("ech", extensions.Contains(ExtensionType.EncryptedClientHello));

        void Cell(string name, string value)
        {
            if (!open.Contains(name)) json.WriteString(name, value);
        }
    }

    private static void WriteDhcp(Utf8JsonWriter json, DhcpExpectation dhcp)
    {
        var message = dhcp.Message;
        json.WriteString("protocol", "dhcp");
        json.WriteString("event", DhcpTruth.Event(message));
        if (dhcp.Device.Length > 0) json.WriteString("device", dhcp.Device);
        json.WriteStartObject("dhcp");
        json.WriteNumber("op", message.Op);
        json.WriteNumber("hlen", message.HardwareLength);
        json.WriteString("xid", "0x" + message.TransactionId.ToString("x8", CultureInfo.InvariantCulture));
        json.WriteString("giaddr", message.RelayAddress.ToString());
        json.WriteString("ciaddr", message.ClientAddress.ToString());
        json.WriteString("yiaddr", message.YourAddress.ToString());
        WriteNumbers(json, "option55", DhcpTruth.Value(message, 55));
        WriteOption(json, "option60", DhcpTruth.Value(message, 60), DhcpTruth.Escape);
        WriteOption(json, "option12", DhcpTruth.Value(message, 12), DhcpTruth.Escape);
        WriteOption(json, "option61_hex", DhcpTruth.Value(message, 61), Convert.ToHexStringLower);
        WriteOption(json, "option77_hex", DhcpTruth.Value(message, 77), Convert.ToHexStringLower);
        WriteOption(json, "option81_hex", DhcpTruth.Value(message, 81), Convert.ToHexStringLower);
        WriteOption(json, "requested_ip", DhcpTruth.Value(message, 50), value => string.Join('.', value));
        if (!dhcp.Open.Contains("option_order")) WriteNumbers(json, "option_order", DhcpTruth.Order(message));
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<byte>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteOption(Utf8JsonWriter json, string name, byte[]? value, Func<byte[], string> render)
    {
        if (value is null) json.WriteNull(name);
        else json.WriteString(name, render(value));
    }
}
