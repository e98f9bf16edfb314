using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Mdns;
using Xunit;
using static ActorFingerprint.Tests.Protocols.DiscoveryProbe;
using static ActorFingerprint.Tests.Protocols.Dns.DnsBytes;

namespace ActorFingerprint.Tests.Protocols.Mdns;

public sealed class MdnsStageSpecs
{
    private readonly StageProbe _probe = new(new MdnsStage("lab"));

    [Fact]
    public void An_announcement_tells_services_pairs_and_the_senders_own_name()
    {
        var found = Read(Announcement(
            Ptr("_ipp._tcp.local", "Office._ipp._tcp.local"), Srv("Office._ipp._tcp.local", "printer.local", 631),
            Txt("Office._ipp._tcp.local", "ty=Laser 9", "note="), Address("printer.local", SenderBytes)));
        Assert.Equal("response", found.Event);
        Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), found.Device);
        Assert.Equal(["MdnsService _ipp._tcp", "MdnsText _ipp._tcp ty=Laser 9", "MdnsText _ipp._tcp note="], found.Facts());
        Assert.Equal([new GivenName("printer", HostNameSource.Mdns)], found.HostNames);
        Assert.Equal(Sender, found.OwnAddress);
        Assert.False(found.CrossesRouters || found.IsPartial);
    }

    [Fact]
    public void Subtypes_and_lists_of_types_tell_the_type_itself()
    {
        var found = Read(Announcement(
            Ptr("_printer._sub._HTTP._tcp.local", "a._http._tcp.local"), Ptr("_services._dns-sd._udp.local", "_smb._tcp.local"),
            Ptr("b._dns-sd._udp.local", "local"), Ptr("1.0.0.10.in-addr.arpa", "a.local"), Ptr("_ftp._tcp.example.org", "x")));
        Assert.Equal(["MdnsService _http._tcp", "MdnsService _smb._tcp"], found.Facts());
    }

    [Fact]
    public void Of_equal_keys_the_first_counts_whatever_their_case_and_strings_without_a_key_do_not()
    {
        var found = Read(Announcement(Txt("a._airplay._tcp.local", "model=A1", "MODEL=B2", "=x", "", "flag", "flag=1", "eq=a=b")));
        Assert.Equal(
            ["_airplay._tcp", "_airplay._tcp model=A1", "_airplay._tcp flag", "_airplay._tcp eq=a=b"],
            found.Facts.Select(fact => fact.Value));
        Assert.Equal(["model=A1", "MODEL=B2", "=x", "", "flag", "flag=1", "eq=a=b"], found.Message.Records[0].Text!);
    }

    [Fact]
    public void Values_that_pass_are_told_but_are_no_facts()
    {
        var found = Read(Announcement(Txt("a._companion-link._tcp.local", "rpMd=Mac1,1", "rpHA=0011", "rpad=22")));
        Assert.Equal(["MdnsService _companion-link._tcp", "MdnsText _companion-link._tcp rpMd=Mac1,1"], found.Facts());
    }

    [Fact]
    public void A_device_info_record_is_a_fact_without_any_service_record() =>
        Assert.Contains("MdnsText _device-info._tcp model=iMac11,3",
            Read(Announcement(Txt("Anna._device-info._tcp.local", "model=iMac11,3"))).Facts());

    [Fact]
    public void A_sleep_proxy_is_not_what_it_answers_for()
    {
        var found = Read(Announcement(
            Ptr("_smb._tcp.local", "Sleeper._smb._tcp.local"), Srv("Sleeper._smb._tcp.local", "sleeper.local", 445),
            Txt("Sleeper._device-info._tcp.local", "model=Mac9"), Address("sleeper.local", OtherBytes)));
        Assert.Equal(["MdnsProxy sleeper"], found.Facts());
        Assert.Empty(found.HostNames);
        Assert.True(found.OwnAddress.IsNone);
    }

    [Fact]
    public void In_one_message_own_services_and_those_of_others_are_told_apart()
    {
        var found = Read(Announcement(
            Ptr("_a._tcp.local", "x._a._tcp.local"), Srv("x._a._tcp.local", "own.local", 1), Ptr("_b._tcp.local", "y._b._tcp.local"),
            Srv("y._b._tcp.local", "OTHER.local", 2), Txt("Y._b._tcp.local", "k=v"), Address("own.local", SenderBytes),
            Address("other.local", OtherBytes)));
        Assert.Equal(["MdnsService _a._tcp", "MdnsProxy other"], found.Facts());
        Assert.Equal(["own"], found.Names());
    }

    [Fact]
    public void A_second_address_of_the_sender_makes_nobody_else_of_its_name()
    {
        var found = Read(Announcement(Address("own.local", OtherBytes), Address("OWN.local", SenderBytes)));
        Assert.Empty(found.Facts());
        Assert.Equal(["own"], found.Names());
    }

    [Fact]
    public void An_address_of_the_other_family_or_reach_proves_nothing()
    {
        var v6 = NetworkAddress.ReadV6([0xFE, 0x80, .. new byte[13], 5]);
        var packet = ToGroup(5353) with { Source = v6 };
        _probe.Give(packet, Announcement(Address("a.local", SenderBytes), Address("b.local", [0x20, 1, .. new byte[13], 5])));
        Assert.Empty(_probe.Found[0].Facts());
        Assert.Empty(_probe.Found[0].Names());
        _probe.Give(packet, Announcement(Address("c.local", [0xFE, 0x80, .. new byte[13], 6])));
        Assert.Equal(["MdnsProxy c"], _probe.Found[1].Facts());
    }

    [Fact]
    public void A_goodbye_tells_nothing()
    {
        var found = Read(Announcement(
            Record(Name("_ipp._tcp.local"), 12, Name("a._ipp._tcp.local"), ttl: 0), Record(Name("a.local"), 1, SenderBytes, ttl: 0)));
        Assert.Empty(found.Facts());
        Assert.Empty(found.HostNames);
        Assert.Equal([0u, 0u], found.Message.Records.Select(record => record.TimeToLive));
    }

    [Fact]
    public void A_question_tells_interest_and_its_known_answers_tell_nothing()
    {
        var found = Read(new Dns.DnsBytes
        {
            Questions =
            [
                Question(Name("_googlecast._tcp.local")), Question(Name("a._sub._hap._tcp.local")),
                Question(Name("_googlecast._TCP.local")),
                Question(Name("lb._dns-sd._udp.local")), Question(Name("_services._dns-sd._udp.local")),
                Question(Name("host.local"), 1),
            ],
            Answers = [Ptr("_ipp._tcp.local", "a._ipp._tcp.local"), Address("known.local", SenderBytes)],
        }.ToArray());
        Assert.Equal("query", found.Event);
        Assert.Equal(["MdnsQuery _googlecast._tcp", "MdnsQuery _hap._tcp", "MdnsQuery _services._dns-sd._udp"], found.Facts());
        Assert.Empty(found.HostNames);
    }

    [Fact]
    public void A_probe_tells_the_senders_name_and_no_interest()
    {
        var found = Read(new Dns.DnsBytes
        {
            Questions = [Question(Name("a._ipp._tcp.local"), 255)],
            Authority = [Srv("a._ipp._tcp.local", "own.local", 631), Address("own.local", SenderBytes)],
        }.ToArray());
        Assert.Equal(("probe", "own"), (found.Event, found.Names().Single()));
        Assert.Empty(found.Facts());
    }

    [Fact]
    public void Compressed_names_and_targets_are_read()
    {
        var found = Read(Announcement(
            Record(Name("_ipp._tcp.local"), 12, [1, (byte)'x', .. Pointer(12)]),
            Record(Pointer(39), 33, [0, 0, 0, 0, 2, 0x77, 1, (byte)'h', .. Pointer(22)])));
        Assert.Equal("x._ipp._tcp.local", found.Message.Records[0].Target);
        Assert.Equal(("x._ipp._tcp.local", "h.local", 631),
            (found.Message.Records[1].Name, found.Message.Records[1].Target, (int)found.Message.Records[1].Port!));
    }

    [Fact]
    public void Bytes_and_dots_inside_labels_are_escaped_and_the_root_is_a_dot()
    {
        var found = Read(Announcement(
            Record(Labels([.. "a.b"u8], [0xC3, 0xA9, (byte)'\\'], [.. "local"u8]), 1, SenderBytes), Record([0], 41, [])));
        Assert.Equal([@"a\x2eb.\xc3\xa9\x5c.local", "."], found.Message.Records.Select(record => record.Name));
        Assert.Equal([@"a\x2eb.\xc3\xa9\x5c"], found.Names());
    }

    [Fact]
    public void The_types_of_an_nsec_record_are_read()
    {
        var found = Read(Announcement(Record(Name("a.local"), 47, [.. Pointer(12), 0, 6, 0x40, 0, 0, 8, 0, 0x80]), Record([0], 47, [0])));
        Assert.Equal([1, 28, 40], found.Message.Records[0].Types!.Select(type => (int)type));
        Assert.Empty(found.Message.Records[1].Types!);
        Assert.False(found.IsPartial);
        Assert.True(Read(Announcement(Record([0], 47, [0, 0, 3, 0x40]))).IsPartial);
    }

    [Theory]
    [InlineData(12)] // itself
    [InlineData(14)] // forward
    [InlineData(4000)] // outside
    public void A_pointer_that_does_not_point_back_is_a_fault(int target)
    {
        _probe.Give(ToGroup(5353), Announcement(Record(Pointer(target), 1, SenderBytes)));
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.DnsMessage], _probe.Faults);
    }

    [Fact]
    public void Pointers_in_a_circle_are_a_fault()
    {
        // The name at 12 leads through its own label to a pointer at 12: it would never end.
        _probe.Give(ToGroup(5353), Announcement(Record([1, (byte)'a', .. Pointer(12)], 1, SenderBytes)));
        Assert.Equal([Malformed.DnsMessage], _probe.Faults);
    }

    [Fact]
    public void A_chain_of_many_pointers_ends()
    {
        const int count = 200;
        const int rootAt = 12;
        const int chainAt = 23;
        // The first record holds pointers, each to the one before it; the name of the second is a pointer to the last of them.
        byte[] chain = [.. Enumerable.Range(0, count).SelectMany(i => Pointer(i == 0 ? rootAt : chainAt + 2 * (i - 1)))];
        var message = Announcement(Record([0], 99, chain), Record(Pointer(chainAt + 2 * (count - 1)), 1, SenderBytes));
        _probe.Give(ToGroup(5353), message);
        Assert.Equal([Malformed.DnsMessage], _probe.Faults);
        Assert.Single(Assert.IsType<MdnsObservation>(_probe.Found.Single()).Message.Records);
    }

    [Theory]
    [InlineData(3, 62, true)]  // 3 × 64 + 63 = 255 with the root's zero over: 256
    [InlineData(3, 61, false)] // 255
    public void A_name_has_at_most_255_bytes(int fullLabels, int lastLabel, bool isFault)
    {
        byte[][] labels = [.. Enumerable.Repeat(new byte[63], fullLabels), new byte[lastLabel]];
        _probe.Give(ToGroup(5353), Announcement(Record(Labels(labels), 1, SenderBytes)));
        Assert.Equal(isFault, _probe.Faults.Count == 1);
    }

    [Fact]
    public void What_was_read_before_a_fault_is_told_as_partial()
    {
        byte[] cut = [.. Announcement(Address("own.local", SenderBytes), Txt("a._ipp._tcp.local", "ty=x"))[..^3]];
        var found = Read(cut);
        Assert.True(found.IsPartial);
        Assert.Equal(["own"], found.Names());
        Assert.Single(found.Message.Records);
        Assert.Equal([Malformed.DnsMessage], _probe.Faults);
    }

    [Fact]
    public void A_txt_string_over_its_record_keeps_the_strings_before_it()
    {
        var found = Read(Announcement(Record(Name("a._ipp._tcp.local"), 16, [2, (byte)'a', (byte)'=', 9, (byte)'b'])));
        Assert.Equal(["a="], found.Message.Records[0].Text!);
        Assert.True(found.IsPartial);
    }

    [Fact]
    public void An_answer_to_one_host_counts_too()
    {
        _probe.Give(ToHost(5353, 40000), Announcement(Ptr("_ipp._tcp.local", "a._ipp._tcp.local")));
        Assert.Equal(["MdnsService _ipp._tcp"], _probe.Found[0].Facts());
        Assert.True(_probe.Found[0].CrossesRouters);
    }

    [Fact]
    public void Answers_from_another_port_and_questions_to_another_are_passed_over()
    {
        _probe.Give(ToGroup(40000) with { DestinationPort = 5353 }, Announcement(Address("own.local", SenderBytes)));
        _probe.Give(ToHost(5353, 53), Query("example.com"));
        Assert.Empty(_probe.Found);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void An_answer_to_one_host_from_a_foreign_network_is_no_device()
    {
        _probe.Give(ToHost(5353, 40000) with { Source = NetworkAddress.V4(0x08080808) }, Announcement(Address("x.local", 8, 8, 8, 8)));
        Assert.True(_probe.Found[0].Device.IsNone);
    }

    [Fact]
    public void Another_operation_than_a_query_is_no_message()
    {
        _probe.Give(ToGroup(5353), new Dns.DnsBytes { Flags = 0x2800, Questions = [Question(Name("a.local"))] }.ToArray());
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.DnsMessage], _probe.Faults);
    }

    [Fact]
    public void Limits_bound_records_text_and_facts()
    {
        var found = Read(Announcement([.. Enumerable.Range(0, 400).Select(i => Ptr($"_t{i}._tcp.local", $"a._t{i}._tcp.local"))]));
        Assert.Equal((256, true), (found.Message.Records.Count, found.IsPartial));
        Assert.Equal(24, found.Facts.Count);
        byte[] label = new byte[63];
        found = Read(Announcement([.. Enumerable.Range(0, 250).Select(_ => Record(Labels(label, label, label), 1, OtherBytes))]));
        Assert.InRange(found.Message.Records.Sum(record => record.Name.Length), 32_000, 34_000);
        Assert.True(found.IsPartial);
        found = Read(Announcement(Txt("a._x._tcp.local", [.. Enumerable.Range(0, 100).Select(i => $"k{i}=v")])));
        Assert.Equal((64, true, 33), (found.Message.Records[0].Text!.Count, found.IsPartial, found.Facts.Count));
        found = Read(Announcement(Txt("a._x._tcp.local", "k=" + new string('\u0001', 250))));
        Assert.InRange(found.Facts[1].Value.Length, 509, 512);
        Assert.EndsWith(@"\x01", found.Facts[1].Value, StringComparison.Ordinal);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void Repeats_share_their_content_and_another_sender_has_its_own()
    {
        var message = Announcement(Address("own.local", SenderBytes));
        for (var i = 0; i < 4; i++) _probe.Give(ToGroup(5353), message);
        _probe.Give(ToGroup(5353) with { Source = NetworkAddress.ReadV4(OtherBytes) }, message);
        var found = _probe.Found.OfType<MdnsObservation>().ToList();
        Assert.Same(found[2].Message, found[3].Message);
        Assert.Same(found[2].Facts, found[3].Facts);
        Assert.Equal(["own"], found[3].Names());
        Assert.Equal(["MdnsProxy own"], found[4].Facts());
    }

    [Fact]
    public void Hosts_that_ask_alike_share_a_content_and_hosts_that_probe_alike_do_not()
    {
        var question = Query("_ipp._tcp.local");
        var probe = new Dns.DnsBytes { Questions = [Question(Name("own.local"), 255)], Authority = [Address("own.local", SenderBytes)] }.ToArray();
        var other = ToGroup(5353) with { Source = NetworkAddress.ReadV4(OtherBytes), SourceMac = StageProbe.ServerMac };
        for (var i = 0; i < 4; i++)
        {
            _probe.Give(ToGroup(5353), question);
            _probe.Give(other, question);
            _probe.Give(ToGroup(5353), probe);
            _probe.Give(other, probe);
        }
        var found = _probe.Found.OfType<MdnsObservation>().ToList();
        var (first, second) = (found[^4], found[^3]);
        Assert.Same(first.Facts, second.Facts);
        Assert.Equal(["MdnsQuery _ipp._tcp"], second.Facts());
        Assert.Equal((StageProbe.ClientMac, StageProbe.ServerMac), (first.Device.Mac, second.Device.Mac));
        Assert.Equal((Sender, other.Source), (first.Source, second.Source));
        Assert.Equal(["own"], found[^2].Names());
        Assert.Equal((Sender, default), (found[^2].OwnAddress, found[^1].OwnAddress));
        Assert.Empty(found[^1].Names());
    }

    [Fact]
    public void Cut_mutated_and_random_messages_never_throw() => _probe.Torment(ToGroup(5353), new Dns.DnsBytes
    {
        Flags = Response,
        Questions = [Question(Name("a.local"))],
        Answers =
        [
            Record(Pointer(12), 12, [1, (byte)'x', .. Pointer(12)]), Srv("a._ipp._tcp.local", "own.local", 631),
            Txt("a._ipp._tcp.local", "ty=x", "b"), Address("own.local", SenderBytes),
        ],
        Additional = [Address("own.local", new byte[16]), Record([0], 41, [0, 4, 0, 2, 1, 2])],
    }.ToArray(), 20_000);

    private MdnsObservation Read(byte[] message)
    {
        _probe.Give(ToGroup(5353), message);
        return Assert.IsType<MdnsObservation>(_probe.Found[^1]);
    }
}
