using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Smb;
using ActorFingerprint.Protocols.Tcp;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Smb.SmbBytes;

namespace ActorFingerprint.Tests.Protocols.Smb;

public sealed class SmbStageSpecs
{
    private readonly StageProbe _probe = new(new SmbStage("lab", new ReassemblyLimits()));

    [Fact]
    public void A_client_offers_smb1_dialects()
    {
        var found = Read(Smb1Offer("PC NETWORK PROGRAM 1.0", "NT LM 0.12", "SMB 2.???"));
        Assert.Equal("negotiate_request", found.Event);
        Assert.Equal((1, false), (found.Content.Version, found.Content.IsServer));
        Assert.Equal(["PC NETWORK PROGRAM 1.0", "NT LM 0.12", "SMB 2.???"], found.Content.Dialects);
        Assert.Equal(["client smb1 dialects=PC NETWORK PROGRAM 1.0,NT LM 0.12,SMB 2.???"], Facts(found));
    }

    [Fact]
    public void A_server_without_extended_security_names_itself()
    {
        var found = Read(Smb1Choice(0x0000F3FD, [.. "CHALLNGE"u8, .. WideZ("WORKGROUP"), .. WideZ("NAS1")], challengeLength: 8));
        Assert.Equal("negotiate_response", found.Event);
        Assert.Equal(("#5", 3, 0xF3FDU, "WORKGROUP", "NAS1"), (found.Content.Dialect!, found.Content.SecurityMode!.Value,
            found.Content.Capabilities!.Value, found.Content.Domain!, found.Content.ServerName!));
        Assert.Equal(["server smb1 dialect=#5 mode=3 caps=0xf3fd domain=WORKGROUP name=NAS1"], Facts(found));
    }

    [Fact]
    public void A_server_with_extended_security_keeps_its_guid()
    {
        var found = Read(Smb1Choice(0x8000F3FD, Encoding.ASCII.GetBytes("0123456789ABCDEFblob"), challengeLength: 0));
        Assert.Equal(["server smb1 dialect=#5 mode=3 caps=0x8000f3fd"], Facts(found));
    }

    [Theory]
    [InlineData(26, true)]
    [InlineData(26, false)]
    [InlineData(20, false)]
    public void A_client_tells_its_system_but_neither_user_nor_password(int words, bool isUnicode)
    {
        var passwords = words == 26 ? U16(3).Concat(U16(4)).ToArray() : U16(7);
        var head = new byte[words];
        passwords.CopyTo(head, 14);
        var names = (string[])["SECRETUSER", "SECRETDOMAIN", "Windows 5.1", "Windows 2000 LAN Manager"];
        byte[] text = isUnicode ? [.. names.SelectMany(WideZ)] : [.. names.SelectMany(AsciiZ)];
        var padding = isUnicode && ((35 + words + 7) & 1) != 0 ? new byte[1] : [];
        var found = Read(Smb1(0x73, false, isUnicode, head, [.. "hashing"u8, .. padding, .. text]));
        Assert.Equal("session_setup_request", found.Event);
        Assert.Equal(("Windows 5.1", "Windows 2000 LAN Manager"), (found.Content.NativeOs, found.Content.LanManager));
        NothingSecret(found);
    }

    [Fact]
    public void A_server_tells_its_system_and_workgroup()
    {
        var found = Read(Smb1(0x73, true, true, new byte[6], [0, .. WideZ("Unix"), .. WideZ("Samba 3.0.37"), .. WideZ("HOME")]));
        Assert.Equal(["server smb1 os=Unix lm=Samba 3.0.37 domain=HOME"], Facts(found));
    }

    [Fact]
    public void Smb1_with_extended_security_holds_ntlm_and_the_system()
    {
        var blob = NtlmNegotiate("WS7");
        byte[] words = [0xFF, 0, 0, 0, .. new byte[10], .. U16(blob.Length), 0, 0, 0, 0, .. U32(0xD4)];
        var padding = ((35 + 24 + blob.Length) & 1) != 0 ? new byte[1] : [];
        var found = Read(Smb1(0x73, false, true, words, [.. blob, .. padding, .. WideZ("Windows 7"), .. WideZ("LM7")]));
        Assert.Equal(["client smb1 caps=0xd4 os=Windows 7 lm=LM7", "client ntlm os=10.0.19041 revision=15 workstation=WS7"], Facts(found));
    }

    [Fact]
    public void An_smb3_client_offers_dialects_and_ciphers()
    {
        var found = Read(Smb2Offer([0x0202, 0x0210, 0x0311], (1, [1, 0, 0, 0, 1, 0]), (2, [2, 0, 2, 0, 1, 0]), (5, Wide("typed-name"))));
        Assert.Equal(["0202", "0210", "0311"], found.Content.Dialects);
        Assert.Equal([1, 2, 5], found.Content.Contexts);
        Assert.Equal([2, 1], found.Content.Ciphers);
        Assert.Equal(["client smb2 dialects=0202,0210,0311 mode=1 caps=0x7f contexts=1,2,5 ciphers=2,1"], Facts(found));
    }

    [Fact]
    public void A_server_chooses()
    {
        Assert.Equal(["server smb2 dialect=0302 mode=3 caps=0x2f"], Facts(Read(Smb2Choice(0x0302))));
        Assert.Equal(
            ["server smb2 dialect=0311 mode=3 caps=0x2f contexts=2 ciphers=1"], Facts(Read(Smb2Choice(0x0311, (2, [1, 0, 1, 0])))));
    }

    [Fact]
    public void An_ntlm_challenge_names_the_server()
    {
        var found = Read(Smb2SetupAnswer([0x60, 0x82, .. NtlmChallenge(
            "CORP", (2, "CORP"), (1, "SRV"), (4, "corp.example"), (3, "srv.corp.example"), (5, "example"), (7, "clocktim"))]));
        Assert.Equal("session_setup_response", found.Event);
        Assert.Equal(["server ntlm os=10.0.19041 revision=15 target=CORP netbios=SRV netbios-domain=CORP dns=srv.corp.example"
            + " dns-domain=corp.example dns-forest=example"], Facts(found));
        Assert.DoesNotContain("CHALL", ObservationJsonSpecs.Write(found), StringComparison.Ordinal);
    }

    [Fact]
    public void An_ntlm_authentication_names_the_machine_and_neither_user_nor_domain()
    {
        var found = Read(Smb2Setup(NtlmAuthenticate("DESKTOP-Ü\\")));
        Assert.Equal([@"client ntlm os=10.0.19041 revision=15 workstation=DESKTOP-\xc3\x9c\x5c"], Facts(found));
        NothingSecret(found);
    }

    [Fact]
    public void A_message_may_be_split_anywhere_and_follow_another()
    {
        byte[] stream = [.. Smb2Offer([0x0202]), .. Smb2Setup(NtlmNegotiate("WS"))];
        for (var cut = 9; cut < stream.Length; cut++)
        {
            var probe = new StageProbe(new SmbStage("lab", new ReassemblyLimits()));
            probe.Send(1, stream[..cut]).Send((uint)(1 + cut), stream[cut..]);
            var isSecondFound = cut - Smb2Offer([0x0202]).Length is <= 0 or >= 9;
            Assert.Equal(isSecondFound ? 2 : 1, probe.Found.Count);
        }
    }

    [Fact]
    public void Other_commands_and_protocols_leave_no_state()
    {
        _probe.Send(1, Smb1(0x2E, false, true, [], [])).Send(1, Smb2(5, false, new byte[60])).Send(1, new byte[100])
            .Send(1, [0x81, 0, 0, 68, .. new byte[68]]).Send(1, "GET / HTTP/1.1\r\n"u8.ToArray());
        Assert.Empty(_probe.Found);
        Assert.Empty(_probe.Faults);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
    }

    [Fact]
    public void Lengths_that_contradict_each_other_are_a_fault()
    {
        var bytes = Smb2Offer([0x0202]);
        bytes[4 + 64 + 2] = 200;
        _probe.Send(1, bytes);
        var other = Smb1Offer("NT LM 0.12");
        other[4 + 33] = 200;
        _probe.Send(1, other, port: 9);
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.Smb, Malformed.Smb], _probe.Faults);
    }

    [Fact]
    public void Equal_messages_of_one_sender_within_the_minute_are_one()
    {
        _probe.Send(1, Smb2Offer([0x0202])).Send(1, Smb2Offer([0x0202]), port: 40001).Send(1, Smb2Offer([0x0210]), port: 40002);
        Assert.Equal(2, _probe.Found.Count);
    }

    [Fact]
    public void Mutated_messages_in_random_segments_never_throw_and_give_bounded_text()
    {
        byte[][] messages =
        [
            Smb1Offer("NT LM 0.12", "SMB 2.002"), Smb1Choice(0xF3FD, [.. "CHALLNGE"u8, .. WideZ("W"), .. WideZ("N")], 8),
            Smb1(0x73, false, true, new byte[26], [0, .. WideZ("u"), .. WideZ("d"), .. WideZ("Windows"), .. WideZ("LM")]),
            Smb1(0x73, true, true, new byte[6], [0, .. WideZ("Unix"), .. WideZ("Samba"), .. WideZ("HOME")]),
            Smb2Offer([0x0202, 0x0311], (1, [1, 0]), (2, [1, 0, 1, 0])), Smb2Choice(0x0311, (2, [1, 0, 1, 0])),
            Smb2Setup(NtlmNegotiate("WS")), Smb2Setup(NtlmAuthenticate("WS")),
            Smb2SetupAnswer(NtlmChallenge("T", (1, "N"), (3, new string('n', 300)))),
        ];
        for (var seed = 0; seed < 6000; seed++)
        {
            var random = new Random(seed);
            var stream = messages[random.Next(messages.Length)].ToArray();
            for (var i = random.Next(6); i > 0; i--) stream[random.Next(9, stream.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) stream = stream[..random.Next(9, stream.Length)];
            var packet = StageProbe.FromClient(port: (ushort)random.Next(40));
            packet.IsTruncated = random.Next(8) == 0;
            var cut = random.Next(1, stream.Length);
            _probe.Give(packet, stream[..cut]);
            packet.TcpSequence += (uint)cut;
            _probe.Give(packet, stream[cut..]);
            _probe.AtTicks += TimeSpan.TicksPerSecond;
        }
        Assert.NotEmpty(_probe.Found);
        Assert.All(_probe.Found.Cast<SmbObservation>(), found =>
        {
            Assert.All(
                Facts(found), text => Assert.True(text.Length <= DeviceFact.MaxLength && text.All(letter => letter is >= ' ' and <= '~')));
            Assert.InRange(ObservationJsonSpecs.Write(found).Length, 100, 64 * 1024);
        });
    }

    [Fact]
    public void The_contract_of_a_choice()
    {
        Assert.EndsWith("\"event\":\"negotiate_response\",\"device\":\"02:11:22:33:44:55\",\"src_ip\":\"10.0.0.1\",\"src_port\":40000,"
            + "\"dst_ip\":\"192.0.2.1\",\"dst_port\":443,\"smb\":{\"version\":2,\"dialects\":[],\"dialect\":\"0302\",\"security_mode\":3,"
            + "\"capabilities\":\"0x0000002f\",\"contexts\":[],\"ciphers\":[],\"native_os\":null,\"lan_manager\":null,\"domain\":null,"
            + "\"server_name\":null,\"ntlm\":null}}", ObservationJsonSpecs.Write(Read(Smb2Choice(0x0302))), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Facts(SmbObservation found) => found.Facts.Select(fact => fact.Value);

    private static void NothingSecret(SmbObservation found)
    {
        var json = ObservationJsonSpecs.Write(found) + string.Concat(Facts(found));
        Assert.DoesNotContain("SECRET", json, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", json, StringComparison.Ordinal);
    }

    private SmbObservation Read(byte[] bytes)
    {
        _probe.Found.Clear();
        _probe.Send(1, bytes);
        Assert.Empty(_probe.Faults);
        return Assert.IsType<SmbObservation>(Assert.Single(_probe.Found));
    }
}
