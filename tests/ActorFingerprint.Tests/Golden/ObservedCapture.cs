using System.Globalization;
using System.Text.Json.Nodes;
using ActorFingerprint.Capture.Files;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Tests.Golden;

/// <summary>
/// What the product's reader, interest test and stages find in a capture file, in the cells of the observation contract and in
/// frame order. One thread, one set of stages for each partition: no engine between the parts and the answer.
/// </summary>
internal sealed class ObservedCapture : IObservationSink
{
    /// <summary>Protocols that the golden files tell of.</summary>
    private const ProtocolSet Told = ProtocolSet.Dhcp | ProtocolSet.Dtls | ProtocolSet.Quic | ProtocolSet.Tls;

    private readonly List<Observation> _found = [];

    /// <summary>Faults that the stages counted.</summary>
    public List<Malformed> Faults { get; } = [];

    /// <summary>Each hello and DHCP message as a JSON object; cells that golden files never name are left out.</summary>
    public IReadOnlyList<JsonObject> Observations => [.. _found.OrderBy(found => found.Frame).Select(Render)];

    /// <summary>Reads a whole capture file.</summary>
    public static async Task<ObservedCapture> ReadAsync(string path, CancellationToken stop)
    {
        var observed = new ObservedCapture();
        var interest = new InterestTest(new InterestOptions { Protocols = Told });
        var stages = new PartitionStages?[PacketHeader.Partitions];
        await using var source = FileCaptureSource.FromFiles([path]);
        await foreach (var block in source.ReadAsync(from: null, stop))
            using (block)
                for (var i = 0; i < block.Count; i++)
                {
                    var frame = block.Frames[i];
                    observed.Walk(interest, stages, frame.LinkType, block.Buffer.AsSpan(frame.Offset, frame.Length), frame.WireLength,
                        block.FirstFrame + i, frame.AtTicks);
                }
        return observed;
    }

    /// <summary>Golden files are about hellos and DHCP; what the other protocols of a capture show is not their subject.</summary>
    void IObservationSink.Emit(Observation observation)
    {
        if (observation is ClientHelloObservation or ServerHelloObservation or DhcpObservation) _found.Add(observation);
    }

    void IObservationSink.Fault(Malformed fault) => Faults.Add(fault);

    void IObservationSink.Evicted(StateLimit limit) =>
        throw new InvalidOperationException($"a small capture must not reach the {limit} limit");

    private void Walk(
        InterestTest interest, PartitionStages?[] stages, LinkType linkType, ReadOnlySpan<byte> bytes, int wireLength, long number,
            long atTicks)
    {
        var header = default(PacketHeader);
        var wanted = interest.Test(linkType, bytes, wireLength, number, atTicks, ref header, out var payload);
        Parse(stages, wanted, header, payload);
        while (interest.HasMore)
        {
            wanted = interest.TestNext(bytes, ref header, out payload);
            Parse(stages, wanted, header, payload);
        }
    }

    private void Parse(PartitionStages?[] stages, Interest wanted, in PacketHeader header, ReadOnlySpan<byte> payload)
    {
        if (wanted == Interest.None) return;
        var partition = stages[header.Partition] ??= new PartitionStages(new ProtocolOptions { Protocols = Told });
        partition.Advance(header.AtTicks);
        partition.Parse(in header, payload, this);
    }

    private static JsonObject Render(Observation observation) => new()
    {
        ["frame"] = observation.Frame,
        ["ts"] = new DateTime(observation.AtTicks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        ["protocol"] = observation.Protocol,
        ["event"] = observation.Event,
        ["device"] = observation.Device is { Kind: DeviceKeyKind.Mac, Mac: var mac } ? mac.ToString() : observation.Device.ToString(),
        ["src_ip"] = observation.Source.ToString(),
        ["src_port"] = observation.SourcePort,
        ["dst_ip"] = observation.Destination.ToString(),
        ["dst_port"] = observation.DestinationPort,
        [observation is ClientHelloObservation or ServerHelloObservation ? "tls" : observation.Protocol] = observation switch
        {
            ClientHelloObservation client => Render(client.Hello),
            ServerHelloObservation server => new JsonObject { ["ja3s"] = server.Hello.Ja3S },
            DhcpObservation dhcp => Render(dhcp),
            _ => throw new InvalidOperationException($"no cells for {observation.GetType().Name}"),
        },
    };

    private static JsonObject Render(ClientHello hello) => new()
    {
        ["sni"] = hello.Sni,
        ["alpn"] = new JsonArray([.. (hello.Alpn ?? []).Select(name => (JsonNode)WireText.Escape(name))]),
        ["ja3"] = hello.Ja3,
        ["ja3_full"] = hello.Ja3Text(),
        ["ja4"] = hello.Ja4,
        ["ja4_r"] = hello.Ja4Raw(),
        ["ja4_o"] = hello.Ja4Original(),
        ["ja4_ro"] = hello.Ja4OriginalRaw(),
        ["ech"] = hello.HasEch,
    };

    private static JsonObject Render(DhcpObservation dhcp) => new()
    {
        ["op"] = dhcp.Op,
        ["hlen"] = dhcp.HardwareLength,
        ["xid"] = "0x" + dhcp.TransactionId.ToString("x8", CultureInfo.InvariantCulture),
        ["giaddr"] = dhcp.RelayAddress.ToString(),
        ["ciaddr"] = dhcp.ClientAddress.ToString(),
        ["yiaddr"] = dhcp.YourAddress.ToString(),
        ["option55"] = Numbers(dhcp.Options.ParameterRequestList),
        ["option60"] = Text(dhcp.Options.VendorClass),
        ["option12"] = Text(dhcp.Options.HostName),
        ["option61_hex"] = Hex(dhcp.Options.ClientIdentifier),
        ["option77_hex"] = Hex(dhcp.Options.UserClass),
        ["option81_hex"] = Hex(dhcp.Options.ClientFqdn),
        ["requested_ip"] = dhcp.RequestedAddress.IsNone ? null : dhcp.RequestedAddress.ToString(),
        ["option_order"] = Numbers(dhcp.Options.Order),
    };

    private static JsonArray? Numbers(byte[]? values) =>
        values is null ? null : new JsonArray([.. values.Select(value => (JsonNode)(int)value)]);

    private static string? Text(byte[]? value) => value is null ? null : WireText.Escape(value);

    private static string? Hex(byte[]? value) => value is null ? null : Convert.ToHexStringLower(value);
}
