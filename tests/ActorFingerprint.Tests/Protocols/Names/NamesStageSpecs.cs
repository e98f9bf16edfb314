using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Names;
using Xunit;
using static ActorFingerprint.Tests.Protocols.DiscoveryProbe;
using static ActorFingerprint.Tests.Protocols.Names.NetbiosBytes;

namespace ActorFingerprint.Tests.Protocols.Names;

public sealed class NamesStageSpecs
{
    private readonly StageProbe _probe = new(new NamesStage("lab"));

    [Theory]
    [InlineData(5, "nbns_registration")]
    [InlineData(8, "nbns_refresh")]
    [InlineData(9, "nbns_refresh")]
    [InlineData(15, "nbns_registration")]
    public void A_claimed_name_is_the_senders_own(byte opcode, string @event)
    {
        var found = Read<NetbiosNameObservation>(137, Claim("DESK-1", 0x20, isGroup: false, SenderBytes, opcode));
        Assert.Equal(@event, found.Event);
        Assert.Equal(["NetbiosService 20"], found.Facts());
        Assert.Equal([new GivenName("DESK-1", HostNameSource.Netbios)], found.HostNames);
        Assert.Equal(Sender, found.OwnAddress);
        Assert.Equal([new NetbiosName("DESK-1", 0x20)], found.Message.Questions);
        Assert.Equal(new NetbiosName("DESK-1", 0x20), found.Message.Records[0].Name);
    }

    [Theory]
    [InlineData("WORKGROUP", 0x00, true, null)]
    [InlineData("WORKGROUP", 0x1e, true, "1e")]
    [InlineData("WORKGROUP", 0x1d, false, "1d")]
    [InlineData("ANNA", 0x03, false, "03")]
    [InlineData("IS~DESK-1", 0x00, false, "00")]
    public void Groups_users_and_services_give_no_host_name(string name, byte suffix, bool isGroup, string? service)
    {
        var found = Read<NetbiosNameObservation>(137, Claim(name, suffix, isGroup, SenderBytes));
        Assert.Empty(found.HostNames);
        Assert.Equal(service is null ? [] : [$"NetbiosService {service}"], found.Facts());
    }

    [Fact]
    public void A_question_and_a_release_tell_nothing()
    {
        var query = Message(0x0110, [Dns.DnsBytes.Question(Encoded("WPAD", 0), 0x20)], []);
        Assert.Equal("nbns_query", Read<NetbiosNameObservation>(137, query).Event);
        Assert.Equal("nbns_release", Read<NetbiosNameObservation>(137, Claim("A", 0, false, SenderBytes, opcode: 6)).Event);
        Assert.All(_probe.Found, found => Assert.Empty(found.Facts().Concat(found.Names())));
    }

    [Fact]
    public void An_answer_is_of_the_sender_only_with_its_address()
    {
        var own = Read<NetbiosNameObservation>(137, Answer("FILES", 0x20, false, SenderBytes));
        Assert.Equal(("nbns_query_response", "FILES"), (own.Event, own.Names().Single()));
        var other = Read<NetbiosNameObservation>(137, Answer("FILES", 0x20, false, OtherBytes));
        Assert.Empty(other.Facts().Concat(other.Names()));
        Assert.Equal([NetworkAddress.ReadV4(OtherBytes)], other.Message.Records[0].Addresses);
    }

    [Fact]
    public void A_status_answer_gives_every_name_of_the_node()
    {
        var found = Read<NetbiosNameObservation>(137,
            Status(("NAS", 0, false), ("HOME", 0, true), ("NAS", 0x20, false), ("HOME", 0x1e, true)));
        Assert.Equal(["NetbiosService 00", "NetbiosService 20", "NetbiosService 1e"], found.Facts());
        Assert.Equal(["NAS"], found.Names());
        Assert.Equal(4, found.Message.Records[0].NodeNames.Count);
    }

    [Fact]
    public void Bytes_of_a_name_are_escaped_and_its_blanks_cut()
    {
        var found = Read<NetbiosNameObservation>(137, Claim("\u0001\u0002__MSBROWSE__\u0002", 1, true, SenderBytes));
        Assert.Equal(@"\x01\x02__MSBROWSE__\x02", found.Message.Questions[0].Name);
        Assert.Equal("A B", Read<NetbiosNameObservation>(137, Claim("A B", 0, true, SenderBytes)).Message.Questions[0].Name);
    }

    [Fact]
    public void A_scope_is_passed_over()
    {
        byte[] scoped = [.. Encoded("A", 0)[..^1], 3, .. "lab"u8, 0];
        var found = Read<NetbiosNameObservation>(137,
            Message(0x2910, [Dns.DnsBytes.Question(scoped, 0x20)], [NameRecord(scoped, false, SenderBytes)]));
        Assert.Equal(["A"], found.Names());
    }

    [Theory]
    [InlineData(12)]
    [InlineData(500)]
    [InlineData(0)]
    public void A_pointer_to_no_earlier_name_is_a_fault(int target)
    {
        _probe.Give(ToGroup(137), Message(0x2910, [], [NameRecord(Dns.DnsBytes.Pointer(target), false, SenderBytes)]));
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.NetbiosMessage], _probe.Faults);
    }

    [Fact]
    public void Limits_bound_names_and_addresses()
    {
        byte[] many = [.. Enumerable.Range(0, 100).SelectMany(_ => (byte[])[0, 0, .. SenderBytes])];
        var record = Dns.DnsBytes.Record(Encoded("A", 0), 0x20, many);
        var found = Read<NetbiosNameObservation>(137, Message(0x2910, [], [record]));
        Assert.Equal((64, true), (found.Message.Records[0].Addresses.Count, found.IsPartial));
        found = Read<NetbiosNameObservation>(137,
            Message(0x2910, [], [.. Enumerable.Range(0, 30).Select(i => NameRecord(Encoded($"N{i}", 0), false, SenderBytes))]));
        Assert.Equal((16, 4, true), (found.Message.Records.Count, found.HostNames.Count, found.IsPartial));
        Assert.Empty(_probe.Faults);
    }

    [Theory]
    [InlineData(1, "browser_host", 0x00841003u)]
    [InlineData(15, "browser_local_master", 0x00871003u)]
    public void An_announcement_tells_system_type_and_comment_without_browser_roles(byte command, string @event, uint type)
    {
        var found = Read<NetbiosDatagramObservation>(138,
            Datagram("DESK-1", 0, SenderBytes, Mailslot(Announcement(command, "DESK-1", 10, 0, type, "my pc"))));
        Assert.Equal(@event, found.Event);
        Assert.Equal(["Browser 10.0 00801003 my pc"], found.Facts());
        Assert.Equal([new GivenName("DESK-1", HostNameSource.Netbios), new GivenName("DESK-1", HostNameSource.Browser)], found.HostNames);
        Assert.Equal(Sender, found.OwnAddress);
        var browser = found.Datagram.Browser!;
        Assert.Equal(("DESK-1", type, "my pc"), (browser.Server, browser.ServerType, browser.Comment));
    }

    [Fact]
    public void A_workgroup_is_not_a_host()
    {
        var found = Read<NetbiosDatagramObservation>(138,
            Datagram("DESK-1", 0, SenderBytes, Mailslot(Announcement(12, "WORKGROUP", 4, 9, 0x80001000, "DESK-1"))));
        Assert.Equal(["DESK-1"], found.Names());
        Assert.Empty(found.Facts());
        Assert.Equal(("WORKGROUP", "DESK-1", null),
            (found.Datagram.Browser!.Server, found.Datagram.Browser.Master, found.Datagram.Browser.Comment));
    }

    [Fact]
    public void An_election_names_its_candidate_and_a_request_nobody()
    {
        var election = Read<NetbiosDatagramObservation>(138,
            Datagram("A", 0, SenderBytes, Mailslot([8, 1, .. new byte[12], .. "CAND"u8, 0], @"\mailslot\browse")));
        Assert.Equal(("browser_election", "CAND"), (election.Event, election.Datagram.Browser!.Server));
        var request = Read<NetbiosDatagramObservation>(138, Datagram("A", 0, SenderBytes, Mailslot([9, 4, 1, 0, 0, 0])));
        Assert.Equal(("browser_request", null), (request.Event, request.Datagram.Browser!.Server));
        Assert.Empty(request.Facts());
    }

    [Fact]
    public void Other_datagrams_tell_the_senders_name_only_with_its_address()
    {
        var logon = Mailslot([7, 0], @"\MAILSLOT\NET\NETLOGON");
        var own = Read<NetbiosDatagramObservation>(138, Datagram("DESK-1", 0, SenderBytes, logon));
        Assert.Equal(("netbios_datagram", "DESK-1"), (own.Event, own.Names().Single()));
        Assert.Empty(Read<NetbiosDatagramObservation>(138, Datagram("DESK-1", 0, OtherBytes, logon)).Names());
        Assert.Empty(Read<NetbiosDatagramObservation>(138, Datagram("ANNA", 3, SenderBytes, logon)).Names());
    }

    [Fact]
    public void Datagrams_of_control_are_passed_over_and_others_counted()
    {
        _probe.Give(ToGroup(138), [0x13, 2, 0, 9, 10, 0, 0, 1, 0, 138, 0x82]);
        Assert.Empty(_probe.Faults);
        _probe.Give(ToGroup(138), Datagram("A", 0, SenderBytes, [])[..40]);
        _probe.Give(ToGroup(138), Datagram("A", 0, SenderBytes, [], type: 0x55));
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.NetbiosMessage, Malformed.NetbiosMessage], _probe.Faults);
    }

    [Fact]
    public void An_llmnr_answer_with_the_senders_address_gives_its_name()
    {
        byte[] answer = new Dns.DnsBytes
        {
            Flags = 0x8000,
            Questions = [Dns.DnsBytes.Question(Dns.DnsBytes.Name("desk-1"), 1)],
            Answers = [Dns.DnsBytes.Record(Dns.DnsBytes.Pointer(12), 1, SenderBytes)],
        }.ToArray();
        _probe.Give(ToHost(5355, 50123), answer);
        var found = Assert.IsType<LlmnrObservation>(_probe.Found[0]);
        Assert.Equal("llmnr_response", found.Event);
        Assert.Equal([new GivenName("desk-1", HostNameSource.Llmnr)], found.HostNames);
        Assert.Equal(Sender, found.OwnAddress);
        _probe.Give(ToHost(5355, 50123) with { Source = NetworkAddress.ReadV4(OtherBytes) }, answer);
        _probe.Give(ToHost(50123, 5355), answer);
        Assert.Empty(Assert.Single(_probe.Found.Skip(1)).Names());
    }

    [Fact]
    public void An_llmnr_question_tells_nothing()
    {
        var found = Read<LlmnrObservation>(5355, Dns.DnsBytes.Query("wpad"));
        Assert.Equal(("llmnr_query", "wpad"), (found.Event, found.Message.Questions[0].Name));
        Assert.Empty(found.Facts().Concat(found.Names()));
    }

    [Fact]
    public void Repeats_share_their_content_whatever_their_identifier()
    {
        var message = Claim("A", 0, false, SenderBytes);
        for (byte i = 0; i < 4; i++) Read<NetbiosNameObservation>(137, [i, .. message[1..]]);
        Assert.Same(((NetbiosNameObservation)_probe.Found[2]).Message, ((NetbiosNameObservation)_probe.Found[3]).Message);
    }

    [Fact]
    public void Cut_mutated_and_random_messages_never_throw()
    {
        _probe.Torment(ToGroup(137), Claim("DESK-1", 0x20, false, SenderBytes), 10_000);
        _probe.Torment(ToGroup(137), Status(("NAS", 0, false), ("HOME", 0x1e, true)), 10_000);
        _probe.Torment(ToGroup(138), Datagram("DESK-1", 0, SenderBytes, Mailslot(Announcement(1, "DESK-1", 10, 0, 3, "c"))), 10_000);
        _probe.Torment(ToGroup(5355), Dns.DnsBytes.Announcement(Dns.DnsBytes.Address("a", SenderBytes)), 10_000);
    }

    private T Read<T>(ushort port, byte[] message)
        where T : Observation
    {
        _probe.Give(ToGroup(port), message);
        return Assert.IsType<T>(_probe.Found[^1]);
    }
}
