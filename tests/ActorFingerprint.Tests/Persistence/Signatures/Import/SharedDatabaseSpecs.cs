using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Import;

/// <summary>The public databases of the shared corpora, against the numbers that their README states.</summary>
public sealed class SharedDatabaseSpecs
{
    /// <summary>
    /// File, format, entries, signatures and problems. Two of recog's 452 HTTP fingerprints stand in XML comments; "~158" of the JA3 list
    /// is
    /// 157; two of PacketFence's 578 lists are commented out; of the IEEE files only the heads are there. One JA4 of Satori lacks a
    /// character.
    /// </summary>
    public static TheoryData<string, string, int, int, int> Files => new()
    {
        { "satori/dhcp.xml", "satori", 481, 2787 - 26 - 328, 0 },
        { "satori/tcp.xml", "satori", 184, 656, 0 },
        { "satori/webuseragent.xml", "satori", 899, 4114 - 1, 0 },
        { "satori/smb.xml", "satori", 89, 250, 0 },
        { "satori/ssl.xml", "satori", 51, 178 - 1, 1 },
        { "satori/web.xml", "satori", 67, 124, 0 },
        { "satori/ssh.xml", "satori", 67, 69 * 2, 0 },
        { "satori/dns.xml", "satori", 48, 65, 0 },
        { "satori/ntp.xml", "satori", 25, 80, 0 },
        { "satori/dhcpv6.xml", "satori", 9, 27 - 10, 0 },
        { "satori/icmp.xml", "satori", 13, 0, 0 },
        { "satori/sip.xml", "satori", 25, 0, 0 },
        { "satori/browser.xml", "satori", 22, 25, 0 },
        { "packetfence/dhcp_fingerprints.conf", "packetfence", 246, 576 + 38, 0 },
        { "fingerbank-legacy/fingerprints.csv", "fingerbank-list", 535, 535, 0 },
        { "kyd/dhcp-db.txt", "kyd", 591, 591, 0 },
        { "prads/dhcp.fp", "prads-dhcp", 41, 98, 0 },
        { "prads/tcp-syn.fp", "prads-tcp-syn", 329, 316, 0 },
        { "prads/tcp-synack.fp", "prads-tcp-syn-ack", 168, 159, 0 },
        { "p0f/p0f.fp", "p0f", 91 + 101 + 85 + 20 + 25, 91 + 101 + 85 + 20, 0 },
        { "recog/dhcp_vendor_class.xml", "recog", 80, 80, 0 },
        { "recog/mdns_device-info_txt.xml", "recog", 195, 195, 0 },
        { "recog/http_servers.xml", "recog", 452 - 2, 219, 0 },
        { "recog/smb_native_os.xml", "recog", 77, 74, 0 },
        { "recog/sip_user_agents.xml", "recog", 55, 0, 0 },
        { "recog/hp_pjl_id.xml", "recog", 35, 0, 0 },
        { "recog/rtsp_servers.xml", "recog", 12, 9, 0 },
        { "ja3-ja4/osx-nix-ja3.csv", "ja3-csv", 157, 157, 0 },
        { "ja3-ja4/ja4plus-mapping.csv", "tls-csv", 66, 35, 0 },
        { "oui/ieee-oui-head2000.csv", "ieee", 1999, 1951, 0 },
        { "oui/ieee-mam-head500.csv", "ieee", 499, 488, 0 },
        { "oui/ieee-oui36-head500.csv", "ieee", 499, 496, 0 },
        { "oui/wireshark-manuf", "manuf", 52_417, 51_846, 0 },
        { "oui/nmap-mac-prefixes", "nmap", 32_534, 32_160, 0 },
        { "oui/arp-scan-mac-vendor.txt", "arp-scan", 6, 2, 0 },
    };

    [Theory, MemberData(nameof(Files))]
    public void Every_entry_of_a_public_database_is_read(string path, string format, int entries, int signatures, int problems)
    {
        var read = Imported.Shared(path);
        Assert.Equal(format, read.Importer.Name);
        Assert.Equal(entries, read.Entries.Count);
        Assert.True(problems == read.Problems.Count, string.Join('\n', read.Problems.Listed));
        Assert.Equal(signatures, read.Signatures.Count());
    }

    [Fact]
    public void Every_test_of_satori_s_dhcp_list_is_a_signature_or_counted_as_unused()
    {
        var read = Imported.Shared("satori/dhcp.xml");
        Assert.Equal(2787, read.Signatures.Count() + read.Unused);
        Assert.Equal(817 - 1, read.Count(SignatureKind.DhcpList));
        Assert.Equal(980 - 23, read.Count(SignatureKind.DhcpOptions));
        Assert.Equal(662 - 2, read.Count(SignatureKind.DhcpVendorClass));
        Assert.Equal(328, read.Problems.Unused["no kind of signature: the TTL of DHCP messages"]);
        Assert.Equal(26, read.Problems.Unused["no kind of signature: messages of DHCP servers"]);
    }

    [Fact]
    public void Both_directions_of_p0f_s_list_are_told_apart()
    {
        var read = Imported.Shared("p0f/p0f.fp");
        Assert.Equal(91, read.Count(SignatureKind.TcpSyn));
        Assert.Equal(101, read.Count(SignatureKind.TcpSynAck));
        Assert.Equal(85, read.Count(SignatureKind.HttpRequest));
        Assert.Equal(20, read.Count(SignatureKind.HttpResponse));
        Assert.Equal(25, read.Problems.Unused["no kind of signature: MTU"]);
    }

    /// <summary>321 texts: two differ only in blanks, one is of a server's message.</summary>
    [Fact]
    public void Many_of_satori_s_exact_lists_name_several_devices()
    {
        var lists = Imported.Shared("satori/dhcp.xml").Signatures.Where(rule =>
            rule is { Kind: SignatureKind.DhcpList, Match: SignatureMatch.Exact });
        var named = lists.GroupBy(rule => rule.Pattern).Select(group => group.Select(rule => rule.Device.Name).Distinct().Count()).ToList();
        Assert.Equal(321 - 3, named.Count);
        Assert.Equal(93, named.Count(names => names > 1));
    }

    [Fact]
    public void Of_the_ja4_mapping_only_the_client_s_column_is_read()
    {
        var read = Imported.Shared("ja3-ja4/ja4plus-mapping.csv");
        Assert.All(read.Signatures, rule => Assert.Equal(SignatureKind.Ja4, rule.Kind));
        Assert.Equal(31, read.Problems.Unused["no kind of signature: other fingerprints than JA3, JA3S and JA4"]);
    }
}
