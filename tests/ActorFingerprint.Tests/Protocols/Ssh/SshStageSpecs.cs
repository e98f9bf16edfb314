using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Ssh;
using ActorFingerprint.Protocols.Tcp;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Ssh;

public sealed class SshStageSpecs
{
    private static readonly string[] Lists =
        ["curve25519-sha256,diffie-hellman-group14-sha256", "ssh-ed25519", "aes128-ctr,aes256-gcm", "chacha20", "hmac-c", "hmac-s,hmac-t",
        "none", "none,zlib", "", "de"];

    private readonly StageProbe _probe = new(new SshStage("lab", new ReassemblyLimits()));

    [Fact]
    public void Both_sides_identify_themselves()
    {
        Give(50000, 22, "SSH-2.0-OpenSSH_9.6 Debian\\1\r\n"u8.ToArray());
        Give(22, 50000, "SSH-1.99-dropbear\n"u8.ToArray());
        var found = _probe.Found.Cast<SshIdentificationObservation>().ToList();
        Assert.Equal([("SSH-2.0-OpenSSH_9.6 Debian\\x5c1", false), ("SSH-1.99-dropbear", true)],
            found.Select(seen => (seen.Identification, seen.IsServer)));
        Assert.Equal([new DeviceFact(FactKind.SshClient, "SSH-2.0-OpenSSH_9.6 Debian\\x5c1")], found[0].Facts);
        Assert.Equal([new DeviceFact(FactKind.SshServer, "SSH-1.99-dropbear")], found[1].Facts);
        Assert.All(found, seen => Assert.Equal(DeviceKey.OfMac(StageProbe.ClientMac), seen.Device));
    }

    [Theory]
    [InlineData(50000, 22, false)]
    [InlineData(22, 50000, true)]
    [InlineData(50000, 2222, false)]
    [InlineData(2222, 50000, true)]
    public void The_offer_of_a_side_has_the_hash_of_its_own_direction(int from, int to, bool isServer)
    {
        Give((ushort)from, (ushort)to, KexInit(Lists));
        var found = Assert.IsType<SshKeyExchangeObservation>(Assert.Single(_probe.Found));
        var hash = Md5(isServer ? $"{Lists[0]};{Lists[3]};{Lists[5]};{Lists[7]}" : $"{Lists[0]};{Lists[2]};{Lists[4]};{Lists[6]}");
        Assert.Equal((isServer, hash), (found.IsServer, found.Hassh));
        Assert.Equal([new DeviceFact(isServer ? FactKind.HasshServer : FactKind.Hassh, hash)], found.Facts);
        var offer = found.Offer;
        string[] lists =
        [
            offer.KeyExchange, offer.HostKey, offer.CipherToServer, offer.CipherToClient, offer.MacToServer, offer.MacToClient,
            offer.CompressionToServer, offer.CompressionToClient, offer.LanguageToServer, offer.LanguageToClient,
        ];
        Assert.Equal(Lists, lists);
    }

    [Theory]
    [InlineData("ext-info-c", false)]
    [InlineData("kex-strict-c-v00@openssh.com", false)]
    [InlineData("ext-info-s", true)]
    [InlineData("kex-strict-s-v00@openssh.com", true)]
    public void A_marker_of_one_side_says_more_than_the_ports(string marker, bool isServer)
    {
        Give((ushort)(isServer ? 50000 : 22), (ushort)(isServer ? 22 : 50000), KexInit([$"a,{marker}", .. Lists[1..]]));
        Assert.Equal(isServer, Assert.IsType<SshKeyExchangeObservation>(Assert.Single(_probe.Found)).IsServer);
    }

    [Fact]
    public void Identification_and_offer_may_share_a_segment_and_be_split_anywhere()
    {
        byte[] stream = [.. "SSH-2.0-x\r\n"u8, .. KexInit(Lists)];
        for (var cut = 5; cut < stream.Length; cut++)
        {
            var probe = new StageProbe(new SshStage("lab", new ReassemblyLimits()));
            probe.Send(1, stream[..cut]).Send((uint)(1 + cut), stream[cut..]);
            Assert.Equal(["identification", "kexinit"], probe.Found.Select(seen => seen.Event));
        }
    }

    [Theory]
    [InlineData(16, 5)]
    [InlineData(21, 1)]
    public void An_offer_of_which_a_few_bytes_come_at_a_time_is_waited_for(int first, int second)
    {
        byte[] stream = [.. "SSH-2.0-x\r\n"u8, .. KexInit(Lists)];
        _probe.Send(1, stream[..first]).Send((uint)(1 + first), stream[first..(first + second)]).Send((uint)(1 + first + second), stream[(first + second)..]);
        Assert.Equal(["identification", "kexinit"], _probe.Found.Select(seen => seen.Event));
    }

    [Fact]
    public void Equal_offers_of_one_sender_within_the_minute_are_one_whatever_the_cookie()
    {
        _probe.Send(1, KexInit(Lists, cookie: 1)).Send(1, KexInit(Lists, cookie: 2), port: 40001);
        Assert.Single(_probe.Found);
    }

    [Theory]
    [InlineData("SSH-2.0\r\n")]
    [InlineData("SSH-2.0-\r\n")]
    public void An_identification_without_software_is_a_fault(string text)
    {
        _probe.Send(1, Encoding.ASCII.GetBytes(text));
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.Ssh], _probe.Faults);
    }

    [Fact]
    public void An_identification_has_255_bytes_at_most()
    {
        _probe.Send(1, Encoding.ASCII.GetBytes("SSH-2.0-" + new string('x', 245) + "\r\n"));
        Assert.Single(_probe.Found);
        _probe.Send(1, Encoding.ASCII.GetBytes("SSH-2.0-" + new string('x', 246) + "\r\n"), port: 2);
        Assert.Single(_probe.Found);
        Assert.Equal([Malformed.Ssh], _probe.Faults);
    }

    [Fact]
    public void A_list_that_runs_past_the_packet_is_a_fault()
    {
        var bytes = KexInit(Lists);
        bytes[22 + 4 + Lists[0].Length + 1] = 1;
        _probe.Send(1, bytes);
        Assert.Empty(_probe.Found);
        Assert.Equal([Malformed.Ssh], _probe.Faults);
    }

    [Fact]
    public void A_first_list_of_four_gigabytes_is_no_offer()
    {
        var bytes = KexInit(Lists);
        (bytes[2], bytes[3], bytes[4]) = (0, 6, 255);
        bytes.AsSpan(22, 4).Fill(255);
        bytes[25] = 0;
        _probe.Send(1, bytes);
        Assert.Empty(_probe.Found);
    }

    [Fact]
    public void Other_segments_leave_no_state()
    {
        _probe.Send(1, "SSD-2.0-x\r\n"u8.ToArray()).Send(1, new byte[400]).Send(1, [0, 0, 0, 90, 0xFF, (byte)'S', (byte)'M', (byte)'B']);
        Assert.Equal(long.MaxValue, _probe.Stage.OldestOpenFrame);
        Assert.Empty(_probe.Faults);
    }

    [Fact]
    public void Mutated_streams_in_random_segments_never_throw()
    {
        byte[] whole = [.. "SSH-2.0-x\r\n"u8, .. KexInit(Lists), .. KexInit(Lists, 9)];
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var stream = whole.ToArray();
            for (var i = random.Next(6); i > 0; i--) stream[random.Next(stream.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) stream = stream[..random.Next(stream.Length)];
            for (var at = 0; at < stream.Length;)
            {
                var length = Math.Min(random.Next(1, 200), stream.Length - at);
                _probe.Send((uint)(at + random.Next(2) * random.Next(70000)), stream[at..(at + length)], (ushort)random.Next(40));
                at += length;
            }
            _probe.AtTicks += random.Next(3) * TimeSpan.TicksPerSecond;
        }
        Assert.NotEmpty(_probe.Found);
        Assert.All(_probe.Found.Cast<SshObservation>().SelectMany(seen => seen.Facts),
            fact => Assert.InRange(fact.Value.Length, 1, DeviceFact.MaxLength));
    }

    [Fact]
    public void The_offers_of_a_real_connection()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        var found = Golden.StageRun.OfCorpus("tls/foxio/ssh.pcapng").Observations.OfType<SshObservation>().ToList();
        Assert.Equal(
            ["SSH-2.0-OpenSSH_7.6p1 Ubuntu-4ubuntu0.5", "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.1"],
            found.OfType<SshIdentificationObservation>().Select(seen => seen.Identification));
        Assert.Equal([(3, false, "06046964c022c6407d15a27b12a6a4fb"), (4, true, "699519fdcc30cbcd093d5cd01e4b1d56")],
            found.OfType<SshKeyExchangeObservation>().Select(seen => ((int)seen.Frame, seen.IsServer, seen.Hassh)));
        Assert.All(found.OfType<SshKeyExchangeObservation>(), seen => Assert.Equal(seen.Hassh, Md5(seen.IsServer
            ? $"{seen.Offer.KeyExchange};{seen.Offer.CipherToClient};{seen.Offer.MacToClient};{seen.Offer.CompressionToClient}"
            : $"{seen.Offer.KeyExchange};{seen.Offer.CipherToServer};{seen.Offer.MacToServer};{seen.Offer.CompressionToServer}")));
    }

    [Fact]
    public void The_contract_of_an_offer()
    {
        Give(22, 50000, KexInit(["k", "h", "c", "d", "m", "n", "z", "y", "", ""]));
        Assert.EndsWith(
            "\"ssh\":{\"role\":\"server\",\"identification\":null,\"hassh\":null,\"hassh_server\":\"" + Md5("k;d;n;y")
            + "\",\"kex\":\"k\",\"host_key\":\"h\",\"enc_c2s\":\"c\",\"enc_s2c\":\"d\",\"mac_c2s\":\"m\",\"mac_s2c\":\"n\","
            + "\"comp_c2s\":\"z\",\"comp_s2c\":\"y\",\"lang_c2s\":\"\",\"lang_s2c\":\"\"}}",
            ObservationJsonSpecs.Write(Assert.Single(_probe.Found)), StringComparison.Ordinal);
    }


    private void Give(ushort from, ushort to, byte[] payload)
    {
        var packet = StageProbe.FromClient();
        (packet.SourcePort, packet.DestinationPort) = (from, to);
        _probe.Give(packet, payload);
    }

    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));

    /// <summary>A whole packet of RFC 4253 §6 with the message of §7.1.</summary>
    private static byte[] KexInit(string[] lists, byte cookie = 7)
    {
        byte[] payload = [20, .. Enumerable.Repeat(cookie, 16)];
        foreach (var list in lists) payload = [.. payload, .. U32(list.Length), .. Encoding.ASCII.GetBytes(list)];
        payload = [.. payload, 0, 0, 0, 0, 0];
        const byte Padding = 6;
        return [.. U32(payload.Length + 1 + Padding), Padding, .. payload, .. new byte[Padding]];
    }

    private static byte[] U32(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
