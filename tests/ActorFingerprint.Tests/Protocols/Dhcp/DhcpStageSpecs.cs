using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Dhcp;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Dhcp.DhcpBytes;

namespace ActorFingerprint.Tests.Protocols.Dhcp;

public sealed class DhcpStageSpecs
{
    private readonly StageProbe _probe = new(new DhcpStage("lab"));

    [Fact]
    public void A_discover_gives_its_fields_and_options_in_wire_order()
    {
        var found = Read(new DhcpBytes
        {
            Options =
            [
                .. Option(53, 1), .. Option(61, 1, 2, 0, 0, 0, 0, 9), 0, 0, .. Option(50, 10, 0, 0, 7), .. Option(12, [.. "host"u8, 0]),
                .. Option(60, "MSFT 5.0"u8.ToArray()), .. Option(77, 1, 2), .. Option(81, 0, 0, 0, 65), .. Option(55, 6, 1, 3, 1), 255,
                .. Option(55, 9),
            ],
        });
        Assert.Equal("discover", found.Event);
        Assert.Equal(DeviceKey.OfMac(new MacAddress(0x020000000009)), found.Device);
        Assert.Equal("6,1,3,1", found.Options.OrderedString);
        Assert.Equal("1,1,3,6", found.Options.SortedString);
        Assert.Equal([53, 61, 0, 50, 12, 60, 77, 81, 55, 255], found.Options.Order);
        Assert.Equal("host\0"u8, found.Options.HostName!);
        Assert.Equal("MSFT 5.0"u8, found.Options.VendorClass!);
        Assert.Equal([1, 2], found.Options.UserClass!);
        Assert.Equal([0, 0, 0, 65], found.Options.ClientFqdn!);
        Assert.Equal("10.0.0.7", found.RequestedAddress.ToString());
        Assert.Equal(0xDEADBEEF, found.TransactionId);
        Assert.True(found.IsFingerprint && !found.IsPartial);
    }

    [Fact]
    public void Split_options_are_joined_in_the_order_options_file_sname()
    {
        var found = Read(new DhcpBytes
        {
            Options = [.. Option(53, 1), .. Option(52, 3), .. Option(55, 1), .. Option(55, 2), 255],
            File = [.. Option(55, 3), 255],
            ServerName = [.. Option(55, 4), 255],
        });
        Assert.Equal("1,2,3,4", found.Options.OrderedString);
        Assert.Equal([53, 52, 55, 55, 255], found.Options.Order);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "3")]
    [InlineData(2, "4")]
    [InlineData(3, "3,4")]
    public void Overloaded_fields_are_read_only_as_option_52_says(byte overload, string? list) =>
        Assert.Equal(list, Read(new DhcpBytes
        {
            Options = [.. Option(53, 1), .. Option(52, overload), 255],
            File = [.. Option(55, 3), 255],
            ServerName = [.. Option(55, 4), 255],
        }).Options.OrderedString);

    [Fact]
    public void Pad_and_end_codes_inside_option_55_are_data() =>
        Assert.Equal("1,0,3,255,6", Read(Discover(Option(55, 1, 0, 3, 255, 6))).Options.OrderedString);

    [Fact]
    public void An_empty_option_55_is_an_empty_list_and_no_fingerprint()
    {
        var found = Read(Discover(Option(55)));
        Assert.Equal("", found.Options.OrderedString);
        Assert.False(found.IsFingerprint);
    }

    [Fact]
    public void The_largest_option_55_is_read_whole()
    {
        byte[] list = [.. Enumerable.Range(1, 255).Select(i => (byte)i)];
        Assert.Equal(list, Read(Discover(Option(55, list))).Options.ParameterRequestList!);
    }

    [Fact]
    public void Options_without_an_end_are_read()
    {
        var found = Read(new DhcpBytes { Options = [.. Option(53, 3), .. Option(55, 1, 3)] });
        Assert.Equal(("request", "1,3", false), (found.Event, found.Options.OrderedString, found.IsPartial));
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void A_cut_option_55_gives_no_list_and_keeps_what_came_before()
    {
        var found = Read(new DhcpBytes { Options = [.. Option(53, 1), .. Option(60, "x"u8.ToArray()), .. Option(55, 1), 55, 9, 1, 3] });
        Assert.Null(found.Options.OrderedString);
        Assert.Equal("x"u8, found.Options.VendorClass!);
        Assert.True(found.IsPartial);
        Assert.Equal([Malformed.DhcpOption], _probe.Faults);
        Assert.Equal([53, 60, 55, 55], found.Options.Order);
    }

    [Fact]
    public void A_fault_in_an_overloaded_field_keeps_the_options_before_it()
    {
        var found = Read(new DhcpBytes
        {
            Options = [.. Option(53, 1), .. Option(52, 1), .. Option(55, 1), 255],
            File = [.. Enumerable.Repeat((byte)0, 126), 12, 9],
        });
        Assert.Equal("1", found.Options.OrderedString);
        Assert.True(found.IsPartial);
    }

    [Fact]
    public void The_first_message_type_counts() => Assert.Equal("discover", Read(Discover([.. Option(55, 1), .. Option(53, 3)])).Event);

    [Fact]
    public void Another_cookie_is_bootp_without_options()
    {
        var found = Read(new DhcpBytes { Cookie = [1, 2, 3, 4], Options = [.. Option(53, 1), .. Option(55, 1)] });
        Assert.Equal(("bootp_request", null), (found.Event, found.Options.OrderedString));
        Assert.Empty(found.Options.Order);
    }

    [Fact]
    public void A_message_that_ends_with_its_header_is_bootp() =>
        Assert.Equal("bootp_reply", Read(new DhcpBytes { Op = 2, Cookie = [] }).Event);

    [Fact]
    public void The_client_is_the_device_of_a_relayed_request_and_of_an_answer()
    {
        var device = DeviceKey.OfMac(new MacAddress(0x020000000009));
        Assert.Equal(device, Read(new DhcpBytes { RelayAddress = [10, 9, 8, 1], Options = Option(53, 1) }).Device);
        var answer = Read(new DhcpBytes { Op = 2, YourAddress = [10, 0, 0, 9], Options = Option(53, 5) });
        Assert.Equal(device, answer.Device);
        Assert.False(answer.IsFingerprint);
    }

    [Fact]
    public void Without_a_hardware_address_option_61_is_the_device()
    {
        var found = Read(new DhcpBytes { HardwareType = 32, HardwareLength = 0, Options = [.. Option(53, 1), .. Option(61, 0xFF, 1, 2)] });
        Assert.Equal("cid:ff0102", found.Device.ToString());
        Assert.Empty(found.ClientHardwareAddress);
    }

    [Fact]
    public void Without_both_the_clients_own_address_is_the_device()
    {
        var found = Read(new DhcpBytes { HardwareLength = 0, ClientAddress = [10, 0, 0, 5], Options = Option(53, 3) });
        Assert.Equal("ip:lab/0/10.0.0.5", found.Device.ToString());
    }

    [Fact]
    public void A_message_that_nothing_identifies_is_counted_and_dropped()
    {
        var packet = new PacketHeader { Source = NetworkAddress.V4(0), Destination = NetworkAddress.V4(uint.MaxValue) };
        _probe.Give(packet, new DhcpBytes { HardwareLength = 0, Options = Option(53, 1) }.ToArray());
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.DhcpClientUnknown], _probe.Faults);
    }

    [Theory]
    [InlineData(16, "mac:02:00:00:00:00:09", 16)]
    [InlineData(200, "cid:aa", 16)]
    public void An_overlong_hlen_never_reads_past_the_field(byte length, string device, int kept)
    {
        var found = Read(new DhcpBytes { HardwareLength = length, Options = [.. Option(53, 1), .. Option(61, 0xAA)] });
        Assert.Equal((device, kept, length), (found.Device.ToString(), found.ClientHardwareAddress.Length, found.HardwareLength));
    }

    [Fact]
    public void Repeats_are_observations_of_their_own_that_share_their_options()
    {
        for (var i = 0; i < 4; i++) _probe.Give(default, Discover(Option(55, 1, 3)).ToArray());
        var found = _probe.Found.OfType<DhcpObservation>().ToList();
        Assert.Equal(4, found.Count);
        Assert.Same(found[2].Options, found[3].Options);
        Assert.Equal("1,3", found[3].Options.OrderedString);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(235)]
    public void A_short_message_is_counted(int length)
    {
        _probe.Give(default, new DhcpBytes().ToArray()[..length]);
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.DhcpHeader], _probe.Faults);
    }

    [Fact]
    public void Mutated_and_cut_messages_never_throw_and_never_shorten_option_55()
    {
        byte[] list = [1, 3, 6, 15, 26, 28];
        var whole = new DhcpBytes
        {
            Options = [.. Option(53, 1), .. Option(52, 3), .. Option(55, list), .. Option(61, 1, 2), 255],
            File = [.. Option(12, "a"u8.ToArray()), 255],
            ServerName = [.. Option(77, 1), 255],
        }.ToArray();
        for (var length = 0; length <= whole.Length; length++)
        {
            var before = _probe.Found.Count;
            _probe.Give(default, whole[..length]);
            if (_probe.Found.Count == before) continue;
            var found = Assert.IsType<DhcpObservation>(_probe.Found[^1]);
            Assert.True(found.Options.ParameterRequestList is null || found.Options.ParameterRequestList.SequenceEqual(list));
        }
        for (var seed = 0; seed < 20000; seed++)
        {
            var random = new Random(seed);
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 8); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _probe.Give(default, bytes);
        }
        Assert.Contains(Malformed.DhcpOption, _probe.Faults);
    }

    private static DhcpBytes Discover(byte[] options) => new() { Options = [.. Option(53, 1), .. options, 255] };

    private DhcpObservation Read(DhcpBytes message)
    {
        _probe.Give(default, message.ToArray());
        return Assert.IsType<DhcpObservation>(_probe.Found[^1]);
    }
}
