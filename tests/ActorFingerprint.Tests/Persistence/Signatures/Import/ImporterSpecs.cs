using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Import;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Import;

public sealed class ImporterSpecs
{
    [Fact]
    public void Satori_s_tests_become_signatures_of_their_message_type()
    {
        var read = Imported.Text("""
            <?xml version="1.0" encoding="UTF-8"?>
            <DHCP><fingerprints>
              <fingerprint name="Acme Cam 5" device_type="IP Network Camera" device_vendor="Acme">
                <dhcp_tests>
                  <test weight="10" matchtype="exact" dhcptype="Request" dhcpoption55="1,3,6"/>
                  <test weight="5" matchtype="exact" dhcptype="Any" dhcpoption55="1,3"/>
                  <test weight="5" matchtype="partial" dhcptype="Discover" dhcpoption55="3,6"/>
                  <test weight="5" matchtype="exact" dhcptype="Release" dhcpoptions="53,0,0,61,255,0"/>
                  <test weight="7" matchtype="partial" dhcptype="Inform" dhcpvendorcode="ac*me\x"/>
                  <test weight="5" matchtype="exact" dhcptype="ACK" dhcpoptions="53"/>
                  <test weight="eleven" matchtype="exact" dhcptype="Any" dhcpoptions="53"/>
                  <test weight="5" matchtype="exact" dhcptype="Any" dhcpoptions="53,x"/>
                  <test weight="5" matchtype="nearly" dhcptype="Any" dhcpoptions="53"/>
                  <test weight="5" matchtype="exact" dhcptype="Any" colour="red"/>
                </dhcp_tests>
              </fingerprint>
            </fingerprints></DHCP>
            """);
        Assert.Equal(
        [
            (SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6", "request", 95),
            (SignatureKind.DhcpList, SignatureMatch.Exact, "1,3", "", 40),
            (SignatureKind.DhcpList, SignatureMatch.Token, "3,6", "discover", 50),
            (SignatureKind.DhcpOptions, SignatureMatch.Exact, "53,0,61", "release", 50),
            (SignatureKind.DhcpVendorClass, SignatureMatch.Glob, @"*ac\*me\\x5cx*", "inform", 70),
        ], read.Signatures.Select(rule => (rule.Kind, rule.Match, rule.Pattern, rule.Qualifier, rule.Confidence)));
        Assert.All(read.Signatures, rule =>
            Assert.Equal(("Camera/Acme/Acme Cam 5", DeviceType.Camera, "Acme"), (rule.Device.Path, rule.Device.Type, rule.Device.Vendor)));
        Assert.Equal([11, 12, 13, 14], read.Problems.Listed.Select(problem => problem.Line));
        Assert.Equal(1, read.Unused);
    }

    [Theory]
    [InlineData("SMB", "smbnativename=\"Windows 5.1\"", "client smb1 os=Windows 5.1 lm=Windows 2000 LAN Manager", true)]
    [InlineData("SMB", "smbnativename=\"Windows 5.1\"", "client smb1 os=Windows 5.10 lm=x", false)]
    [InlineData("SMB", "smbnativelanman=\"Samba\"", "server smb1 dialect=#5 os=Unix lm=Samba", true)]
    [InlineData("SMB", "smbnativelanman=\"Samba\"", "server smb1 dialect=#5 os=Samba lm=Other", false)]
    public void Parts_of_what_smb_says_are_compared_alone(string root, string test, string value, bool fits)
    {
        var read = Imported.Text($"<{root}><fingerprint name=\"x\"><test weight=\"5\" matchtype=\"exact\" {test}/></fingerprint></{root}>");
        var rule = Assert.Single(read.Signatures);
        Assert.True(SignatureExpression.TryCreate(rule.Pattern, out var expression, out _));
        Assert.Equal(fits, expression.IsMatch(value));
    }

    [Theory]
    [InlineData("8192:64:1:52:M1460,N,W2,N,N,S:.", false, "*:64:0:1460:8192,2:mss,nop,ws,nop,nop,sok:df,id+:0")]
    [InlineData("S4:64:1:60:M*,S,T,N,W0:Z", false, "*:64:0:*:mss*4,0:mss,sok,ts,nop,ws:df:0")]
    [InlineData("5840:64:0:48:M1460,S,E,E:P", false, "*:64:0:1460:5840,0:mss,sok,eol+1::0")]
    [InlineData("8192:128:1:60:M1460,N,W8,S,T0:AT", true, "*:128:0:1460:8192,8:mss,nop,ws,sok,ts:df,id+,ts1-:0")]
    [InlineData("8192:128:0:44:M-41:ZA", false, "*:128:0:65495:8192,0:mss:id-,ack+:0")]
    public void Signatures_of_p0f_v2_are_written_in_the_notation_of_v3(string old, bool isAnswer, string expected)
    {
        Assert.Equal([expected], Tcp(old, isAnswer).Signatures.Select(rule => rule.Pattern));
        Assert.True(P0fPattern.TryParse(expected, out _, out _));
    }

    [Theory]
    [InlineData("8192:64:1:44:M%8:.", "options")]
    [InlineData("8192:64:1:44:M1460:F", "flags")]
    [InlineData("8192:64:1:40:M1460:.", "longer")]
    [InlineData("S0:64:1:44:M1460:.", "window")]
    [InlineData("8192:64:1:44:.", "fields")]
    public void What_v3_has_no_word_for_is_told(string old, string problem)
    {
        var read = Tcp(old, isAnswer: false);
        Assert.Empty(read.Signatures);
        Assert.Contains(problem, Assert.Single(read.Problems.Unused).Key, StringComparison.Ordinal);
    }

    [Fact]
    public void Recog_s_groups_become_models_and_its_examples_are_tried()
    {
        var read = Imported.Text("""
            <fingerprints matches="mdns.device-info.txt" protocol="mdns">
              <fingerprint pattern="(?i)^model=(Acme\h+),(\d+)$">
                <description>Acme speaker</description>
                <example hw.model="AcmeBEEF">model=AcmeBEEF,12</example>
                <param pos="0" name="hw.vendor" value="Acme"/>
                <param pos="0" name="hw.device" value="Speaker"/>
                <param pos="1" name="hw.model"/>
                <param pos="0" name="hw.cpe23" value="cpe:/h:{hw.model}"/>
              </fingerprint>
              <fingerprint pattern="^model=B">
                <description>Wrong by its own example</description>
                <example>model=C</example>
                <param pos="0" name="hw.vendor" value="B"/>
              </fingerprint>
              <fingerprint pattern="^program/(.*)$">
                <description>A program</description>
                <example service.version="1">program/1</example>
                <param pos="0" name="service.product" value="Program"/>
                <param pos="1" name="service.version"/>
              </fingerprint>
              <fingerprint pattern="^a++b$"><description>Possessive</description></fingerprint>
            </fingerprints>
            """);
        var rule = Assert.Single(read.Signatures);
        Assert.Equal((SignatureKind.MdnsText, DeviceType.Speaker, "Acme", "$1"),
            (rule.Kind, rule.Device.Type, rule.Device.Vendor, rule.Device.Model));
        Assert.True(SignatureExpression.TryCreate(rule.Pattern, out var expression, out _));
        Assert.Equal("acmebeef", expression.Find("_device-info._tcp model=acmebeef,7")!.Groups[1].Value);
        Assert.Null(expression.Find("_other._tcp model=acmebeef,7"));
        Assert.Equal([12, 21], read.Problems.Listed.Select(problem => problem.Line));
        Assert.Equal(4, read.Entries.Count);
        Assert.Equal(1, read.Problems.Unused["names a program, not a device"]);
    }

    [Fact]
    public void P0f_s_tools_are_programs_and_its_labels_families()
    {
        var read = Imported.Text("""
            classes = win,unix,other
            [mtu]
            label = Ethernet
            sig = 1500
            [tcp:request]
            sig = *:64:0:*:*,0:mss::0
            label = s:unix:Linux:9.x
            sig = *:64:0:*:mss*20,7:mss,sok,ts,nop,ws:df,id+:0
            sig = *:64:0:*:mss*20,7:msss:df,id+:0
            label = g:win:Windows:NT kernel
            sig = *:128:0:*:*,*:mss,nop,nop,sok:df,id+:0
            label = s:!:Mapper:SYN scan
            sig = *:64-:0:1460:1024,0:mss::0
            label = nonsense
            sig = *:64-:0:1460:1024,0:mss::0
            [http:request]
            label = s:!:Browser:1.x
            sys = Windows
            sig = 1:Host,?Accept=[*/*],User-Agent::Browser/
            """);
        Assert.Equal(
        [
            ("Operating System/Linux/Linux 9.x", "Linux", 70), ("Operating System/Windows/Windows NT kernel", "Windows", 45),
            ("Application/Mapper SYN scan", null, 70), ("Application/Browser 1.x", "Windows", 70),
        ], read.Signatures.Select(rule => (rule.Device.Path, rule.Device.Os, rule.Confidence)));
        Assert.Equal([6, 9, 14, 15], read.Problems.Listed.Select(problem => problem.Line));
    }

    [Fact]
    public void Packetfence_s_classes_give_the_type()
    {
        var read = Imported.Text("""
            [class 4]
            description=Routers and APs
            members=400-499,700
            [os 401]
            description=Acme Gate
            vendor_id=acme
            fingerprints=<<EOT
            1,3,6
            # a comment
            1,3,x
            1,3,6,
            EOT
            [os 402]
            fingerprints=<<EOT
            1
            """);
        Assert.Equal([("1,3,6", DeviceType.Router), ("1,3,6", DeviceType.Router), ("acme", DeviceType.Router)],
            read.Signatures.Select(rule => (rule.Pattern, rule.Device.Type)));
        Assert.Equal([10, 13, 13], read.Problems.Listed.Select(problem => problem.Line));
    }

    [Fact]
    public void Prads_s_parts_are_signatures_of_their_own()
    {
        var read = Imported.Text("# x\n3:64:53,61,55,60,255:1,3:Acme: the"
            + " 1.0:Linux:Acme/2\n6:64:53,255:.:.:Linux:x\nbad\n1:64:a:.:.:Linux:x\n");
        Assert.Equal(
        [
            (SignatureKind.DhcpList, "1,3", "request"), (SignatureKind.DhcpOptions, "53,61,55,60", "request"),
            (SignatureKind.DhcpVendorClass, "Acme: the 1.0", "request"),
        ], read.Signatures.Select(rule => (rule.Kind, rule.Pattern, rule.Qualifier)));
        Assert.Equal(["Acme: the 1.0"], read.Signatures.First().VendorPatterns);
        Assert.Equal(@"Operating System/Linux/Linux Acme\/2", read.Signatures.First().Device.Path);
        Assert.Equal([4, 5], read.Problems.Listed.Select(problem => problem.Line));
    }

    [Fact]
    public void Tls_lists_are_read_in_csv_and_json()
    {
        const string Ja3 = "0123456789abcdef0123456789abcdef";
        const string Ja4 = "t13d1516h2_8daaf6152771_02713d6af862";
        foreach (var text in new[]
        {
            $"\"Some licence,\nin lines\",\n{Ja3},\"Prog, Two\"\nnothex,\"x\"\n",
            $"Application,OS,ja3,ja4s\nProg,Windows 10,{Ja3},t130200_1301_a56c5b993250\n",
            $"[{{\"ja3_hash\":\"{Ja3}\",\"desc\":\"Prog\"}},\n {{\"ja3_hash\":\"x\",\"desc\":\"Prog\"}}]",
            $"{{\"ja3\":\"{Ja3}\",\"app\":\"Prog\"}}\nnot json\n",
        })
        {
            var read = Imported.Text(text);
            Assert.Equal((SignatureKind.Ja3, Ja3), Assert.Single(read.Signatures.Select(rule => (rule.Kind, rule.Pattern))));
            Assert.StartsWith("Application/Prog", read.Signatures.First().Device.Path, StringComparison.Ordinal);
        }
        var light = Assert.Single(Imported.Text($"Application,Device,ja4,ja4h,ja4x\n,Acme Smart"
            + $" Bulb,{Ja4},ge11nn_0_0_0,a_b_c\n").Signatures);
        Assert.Equal((SignatureKind.Ja4, DeviceType.Light), (light.Kind, light.Device.Type));
    }

    [Fact]
    public void Prefixes_are_told_by_their_bits_and_owners()
    {
        Assert.Equal([("AABBCC", "Acme, \"The\" Inc."), ("AABBCCD", "B"), ("AABBCCDDE", "C")], Vendors(
            "Registry,Assignment,Organization Name,Organization Address\nMA-L,AABBCC,\"Acme, \"\"The\"\""
                + " Inc.\",\"Street\n1\"\nMA-M,AABBCCD,B,\nMA-S,AABBCCDDE,C,\nMA-L,AABBCE,Private,\n"));
        Assert.Equal([("AABBCC", "Acme Inc."), ("AABBCCD", "Long"), ("AABBCE", "Short")], Vendors(
            "# x\nAA:BB:CC\tAcme\tAcme Inc.\t#"
                + " remark\nAA:BB:CC:D0:00:00/28\tShort\tLong\nAA:BB:CE\tShort\n01:00:5E\tGroup\nAA:BB:CC:DD:EE:FF\tHost\n"));
        Assert.Equal([("AABBCC", "Acme Inc")], Vendors("AABBCC Acme Inc\n"));
        Assert.Equal([("AABBCC", "Acme"), ("AABBCCD", "B")], Vendors("{\"AABBCC\":\"Acme\\nStreet 1\\nTown\",\n\"AABBCCD\":\"B\"}"));
    }

    [Fact]
    public void A_format_can_be_named_in_any_case_and_has_one_name()
    {
        Assert.NotNull(Importers.Named("SATORI"));
        Assert.Null(Importers.Named("none"));
        Assert.Equal(Importers.All.Count, Importers.All.Select(importer => importer.Name).Distinct().Count());
        Assert.Null(Importers.Find(Imported.FileOf("just some words"u8.ToArray(), "x")));
        Assert.Null(Importers.Find(Imported.FileOf([], "empty")));
    }

    private static Imported Tcp(string signature, bool isAnswer) => Imported.Text($"""
        <TCP><fingerprint name="x">
        <test weight="5" matchtype="exact" tcpflag="{(isAnswer ? "SA" : "S")}" tcpsig="{signature}"/></fingerprint></TCP>
        """);

    private static IEnumerable<(string Prefix, string? Vendor)> Vendors(string text) =>
        Imported.Text(text).Signatures.Select(rule => (rule.Pattern, rule.Device.Vendor));
}
