using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Ntp;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Ntp;

public sealed class NtpStageSpecs
{
    private readonly StageProbe _probe = new(new NtpStage("lab", []));

    [Fact]
    public void A_request_that_leaves_all_but_its_own_time_empty()
    {
        var found = Only(Give(Message(0x23, poll: 6, precision: 0x20, set: [40])));
        Assert.Equal(("ntp", "client", true), (found.Protocol, found.Event, found.CrossesRouters));
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Equal([new DeviceFact(FactKind.Ntp, "v4 mode 3 leap 0 stratum 0 poll 6 precision 32 refid - set transmit")], found.Facts);
        Assert.Equal("10.0.0.1", found.OwnAddress.ToString());
    }

    [Fact]
    public void A_request_of_a_client_that_tells_its_state()
    {
        var message = Message(0xE3, stratum: 3, poll: 10, precision: 0xEC, set: [4, 8, 16, 24, 32, 40], reference: [192, 0, 2, 1]);
        Assert.Equal("v4 mode 3 leap 3 stratum 3 poll 10 precision -20 refid address set delay,dispersion,refid,reference,origin,receive,"
            + "transmit", Only(Give(message)).Facts[0].Value);
    }

    [Fact]
    public void Where_the_time_comes_from_is_no_fact_of_the_stack()
    {
        Give(Message(0x23, stratum: 3, reference: [192, 0, 2, 1]));
        Give(Message(0x23, stratum: 3, reference: [192, 0, 2, 2]));
        Assert.Single(_probe.Found);
    }

    [Theory]
    [InlineData("GPS\0", "GPS")]
    [InlineData("LOCL", "LOCL")]
    [InlineData("\u0001\u001b[2", "\\x01\\x1b[2")]
    public void A_clock_of_its_own_is_named(string reference, string written) => Assert.Contains($" refid {written} ",
        Only(Give(Message(0x24, stratum: 1, reference: [.. reference.Select(c => (byte)c)]))).Facts[0].Value, StringComparison.Ordinal);

    [Theory]
    [InlineData(0x21, "symmetric_active")]
    [InlineData(0x22, "symmetric_passive")]
    [InlineData(0x1B, "client")]
    [InlineData(0x24, "server")]
    [InlineData(0x25, "broadcast")]
    [InlineData(0x16, "control")]
    [InlineData(0x17, "private")]
    [InlineData(0x08, "unspecified")]
    public void The_event_is_the_mode(byte first, string name) => Assert.Equal(name, Only(Give(Message(first))).Event);

    [Fact]
    public void Control_messages_have_version_and_mode_alone()
    {
        var found = Only(Give([0x16, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal("v2 mode 6", found.Facts[0].Value);
        Assert.False(found.Header.IsTime);
    }

    [Fact]
    public void What_follows_the_header_is_counted() => Assert.EndsWith(" set transmit extra 20",
        Only(Give([.. Message(0x23, set: [40]), .. new byte[20]])).Facts[0].Value, StringComparison.Ordinal);

    [Fact]
    public void Repeats_within_a_minute_are_not_told_again()
    {
        for (byte i = 0; i < 10; i++) Give(Message(0x23, set: [40], value: (byte)(i + 1)));
        Assert.Single(_probe.Found);
        _probe.AtTicks += TimeSpan.TicksPerMinute;
        Give(Message(0x23, set: [40]));
        Assert.Equal(2, _probe.Found.Count);
    }

    [Fact]
    public void A_server_of_the_internet_is_no_device_and_one_of_the_local_network_is()
    {
        _probe.Answer(1, Message(0x24));
        Assert.True(_probe.Found[0].Device.IsNone);
        _probe.Give(StageProbe.FromClient() with { TimeToLive = 60 }, Message(0x24));
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), _probe.Found[1].Device);
    }

    [Fact]
    public void A_flood_of_senders_is_bounded_and_counted()
    {
        for (uint i = 0; i < 1000; i++)
            _probe.Give(StageProbe.FromClient() with { Source = NetworkAddress.V4(0x0A000000 + i) }, Message(0x23));
        Assert.InRange(_probe.Found.Count, 100, 128);
        Assert.Equal(1000, _probe.Found.Count + _probe.Evictions.Count);
    }

    [Theory]
    [InlineData(0x03, 48)]
    [InlineData(0x2B, 48)]
    [InlineData(0x3B, 48)]
    [InlineData(0x23, 47)]
    [InlineData(0x16, 11)]
    [InlineData(0x17, 7)]
    [InlineData(0x00, 0)]
    public void A_message_too_short_or_of_no_known_version_is_counted(byte first, int length)
    {
        Give(Message(first)[..length]);
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.NtpHeader], _probe.Faults);
    }

    [Fact]
    public void Random_bytes_are_told_in_bounded_lines_or_counted()
    {
        var random = new Random(20261122);
        for (var i = 0; i < 50_000; i++)
        {
            var message = new byte[random.Next(0, 120)];
            random.NextBytes(message);
            if (i % 1000 == 0) _probe.AtTicks += TimeSpan.TicksPerMinute;
            Give(message);
        }
        var repeats = 50_000 - _probe.Found.Count - _probe.Faults.Count - _probe.Evictions.Count;
        Assert.InRange(repeats, 0, 10_000); // control and private messages: few are different
        Assert.NotEmpty(_probe.Found);
        Assert.All(_probe.Found, found => Assert.InRange(((NtpObservation)found).Facts[0].Value.Length, 9, 200));
    }

    private StageProbe Give(byte[] message) => _probe.Give(StageProbe.FromClient(), message);

    private static NtpObservation Only(StageProbe probe) => Assert.IsType<NtpObservation>(Assert.Single(probe.Found));

    private static byte[] Message(
        byte first, byte stratum = 0, byte poll = 0, byte precision = 0, int[]? set = null, byte[]? reference = null, byte value = 1)
    {
        var message = new byte[48];
        (message[0], message[1], message[2], message[3]) = (first, stratum, poll, precision);
        foreach (var offset in set ?? []) message[offset] = value;
        reference?.CopyTo(message, 12);
        return message;
    }
}
