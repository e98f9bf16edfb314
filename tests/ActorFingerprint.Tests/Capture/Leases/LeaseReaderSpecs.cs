using ActorFingerprint.Capture.Leases;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Leases;

public sealed class LeaseReaderSpecs
{
    [Fact]
    public void Dnsmasq_gives_its_IPv4_leases_and_names_each_bad_line()
    {
        var reading = DnsmasqLeases.Read("""
            1767225600 00:1e:c2:00:00:01 192.168.1.10 laptop 01:00:1e:c2:00:00:01
            0 00:1e:c2:00:00:02 192.168.1.11 * *
            soon 00:1e:c2:00:00:03 192.168.1.12 x *
            1767225600 00:1e:c2:00:00 192.168.1.13 x *
            1767225600 00:1e:c2:00:00:05 300.1.1.1 x *
            1767225600 00:1e:c2:00:00:06 192.168.1.15 x zz:yy
            1767225600 20-00:11:22:33:44:55:66:77 192.168.1.16 infiniband ff:00
            half a line

            1767225600 00:1e:c2:00:00:07 192.168.1.17 evil\name *
            duid 00:01:00:01:2b:3c
            1767225600 123456 2001:db8::5 laptop 00:01:00:01
            """);
        Assert.Equal(
            ["00:1E:C2:00:00:01 192.168.1.10 laptop 01001ec2000001 2026-01-01", "00:1E:C2:00:00:02 192.168.1.11   never", "00:1E:C2:00:00:07 192.168.1.17 evil\\x5cname  2026-01-01"],
            reading.Leases.Select(Text));
        Assert.Equal([3, 4, 5, 6, 8], reading.Faults.Select(f => f.Line));
        Assert.Equal(1, reading.WithoutHardwareAddress);
    }

    [Fact]
    public void Dhcpd_counts_the_last_entry_of_an_address_and_reads_texts_with_escapes()
    {
        var reading = DhcpdLeases.Read("""
            # written by hand
            authoring-byte-order little-endian;
            server-duid "\000\001\000\001";
            failover peer "x" state {
              my state normal at 4 2025/11/20 10:00:00;
            }
            lease 10.0.0.5 {
              starts 4 2025/12/31 23:00:00;
              ends 4 2026/01/01 00:00:00;
              cltt 4 2025/12/31 23:30:00;
              binding state active;
              next binding state free;
              rewind binding state free;
              hardware ethernet 00:1e:c2:00:00:05;
              uid "\001\000\036\302\000\000\005";
              set vendor-class-identifier = "MSFT 5.0";
              client-hostname "DESKTOP-\"A\"\\B";
            }
            lease 10.0.0.6 {
              ends never;
              binding state active;
              uid 1:0:1e:c2:0:0:6;
            }
            lease 10.0.0.7 {
              binding state active;
              hardware ethernet 00:1e:c2:00:00:07;
            }
            lease 10.0.0.7 {
              binding state free;
              hardware ethernet 00:1e:c2:00:00:07;
            }
            lease 10.0.0.8 {
              ends epoch 1767225600; # Thu Jan 01 00:00:00 2026
              hardware ethernet 00:1e:c2:00:00:08;
              on commit {
                set x = "}";
              }
            }
            lease 10.0.0.9 {
              uid "\377only";
            }
            """);
        Assert.Empty(reading.Faults);
        Assert.Equal(
            [
                "00:1E:C2:00:00:05 10.0.0.5 DESKTOP-\"A\"\\x5cB 01001ec2000005 2026-01-01", "00:1E:C2:00:00:06 10.0.0.6  01001ec2000006 never",
                "00:1E:C2:00:00:08 10.0.0.8   2026-01-01",
            ],
            reading.Leases.Select(Text));
        var first = reading.Leases.First();
        Assert.Equal(("MSFT 5.0", new DateTime(2025, 12, 31, 23, 30, 0, DateTimeKind.Utc).Ticks), (first.VendorClass, first.HeardTicks));
        Assert.Equal(1, reading.WithoutHardwareAddress);
    }

    [Fact]
    public void Dhcpd_passes_over_a_lease_with_a_bad_line_and_one_that_is_still_being_written()
    {
        var reading = DhcpdLeases.Read("""
            lease 10.0.0.5 {
              hardware ethernet 00:1e:c2:00;
            }
            lease nowhere {
              hardware ethernet 00:1e:c2:00:00:01;
            }
            lease 10.0.0.6 {
              ends 4 yesterday;
              hardware ethernet 00:1e:c2:00:00:06;
            }
            lease 10.0.0.7 {
              client-hostname "no end
              hardware ethernet 00:1e:c2:00:00:07;
            }
            lease 10.0.0.8 {
              hardware ethernet 00:1e:c2:00:00:08;
            }
            lease 10.0.0.9 {
              hardware ethernet 00:1e:c2:
            """);
        Assert.Equal(["00:1E:C2:00:00:08 10.0.0.8   never"], reading.Leases.Select(Text));
        Assert.Equal([2, 4, 8, 12, 19, 0], reading.Faults.Select(f => f.Line));
    }

    [Fact]
    public void Kea_goes_by_the_names_of_columns_in_both_families()
    {
        var reading = KeaLeases.Read("""
            address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
            192.0.2.10,00:1e:c2:00:00:10,01:00:1e:c2:00:00:10,3600,1767225600,1,0,0,old.example,0,,0
            192.0.2.10,00:1e:c2:00:00:10,01:00:1e:c2:00:00:10,3600,1767225600,1,0,0,new&#x2cname.,0,,0
            192.0.2.11,00:1e:c2:00:00:11,,3600,1767225600,1,0,0,,0,,0
            192.0.2.11,00:1e:c2:00:00:11,,3600,1767225600,1,0,0,,2,,0
            192.0.2.12,,01:00:1e:c2:00:00:12,4294967295,1767225600,1,0,0,,0,,0
            192.0.2.13,,ff:11:22,3600,1767225600,1,0,0,,0,,0
            192.0.2.14,00:1e:c2:00:00:14
            192.0.2.15,00:1e:c2:00:00:15,,long,1767225600,1,0,0,,0,,0
            192.0.2.16,xx,,3600,1767225600,1,0,0,,0,,0
            not an address,,,3600,1767225600,1,0,0,,0,,0
            """);
        Assert.Equal(["00:1E:C2:00:00:10 192.0.2.10 new,name 01001ec2000010 2026-01-01", "00:1E:C2:00:00:12 192.0.2.12  01001ec2000012 never"], reading.Leases.Select(Text));
        Assert.Equal([8, 9, 10, 11], reading.Faults.Select(f => f.Line));
        Assert.Equal(1, reading.WithoutHardwareAddress);
        Assert.Equal(new DateTime(2025, 12, 31, 23, 0, 0, DateTimeKind.Utc).Ticks, reading.Leases.First().HeardTicks);

        var v6 = KeaLeases.Read("""
            address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id
            2001:db8::10,00:01:00:01,3600,1767225600,1,1800,0,7,128,0,0,six,00:1e:c2:00:00:10,0,,1,2,0
            2001:db8:1::,00:01:00:01,3600,1767225600,1,1800,2,7,56,0,0,,00:1e:c2:00:00:10,0,,1,2,0
            """);
        Assert.Equal(["00:1E:C2:00:00:10 2001:db8::10 six 00010001 2026-01-01"], v6.Leases.Select(Text));
        Assert.Empty(v6.Faults);
        Assert.Equal([1], KeaLeases.Read("192.0.2.1,x\n192.0.2.2,y\n").Faults.Select(f => f.Line));
    }

    [Fact]
    public void Networkd_tells_of_the_clients_of_its_server()
    {
        var reading = NetworkdLeases.Read("""
            {"BootID":"00","Address":[192,168,7,1],"PrefixLength":24,"Leases":[
              {"ClientId":[1,0,30,194,0,0,1],"AddressString":"192.168.7.20","Address":[192,168,7,20],"Hostname":"tv\u0007","HardwareAddressType":1,
               "HardwareAddressLength":6,"HardwareAddress":[0,30,194,0,0,1],"ExpirationUSec":1,"ExpirationRealtimeUSec":1767225600000000},
              {"ClientId":[1,0,30,194,0,0,2],"Address":[192,168,7,21]},
              {"ClientId":[255,1],"Address":[192,168,7,22],"HardwareAddressType":32},
              {"Address":"192.168.7.23"}, 7, {"Address":[1,2,3,999]}
            ]}
            """);
        Assert.Equal(["00:1E:C2:00:00:01 192.168.7.20 tv\\x07 01001ec2000001 2026-01-01", "00:1E:C2:00:00:02 192.168.7.21  01001ec2000002 never"], reading.Leases.Select(Text));
        Assert.Equal((3, 1), (reading.Faults.Count, reading.WithoutHardwareAddress));
        Assert.Equal([2], NetworkdLeases.Read("{\"Leases\":[\n{\"Address\":}").Faults.Select(f => f.Line));
        Assert.Empty(NetworkdLeases.Read("{\"Leases\":{}}").Leases);
        Assert.Single(NetworkdLeases.Read("""{"Leases":[{"Address":[1,2,3,4],"HardwareAddress":[0,1,2,3,4,5],"Hostname":"\ud800"}]}""").Faults);
    }

    [Fact]
    public void Networkd_tells_of_this_machine_as_a_client()
    {
        var reading = NetworkdLeases.Read("""
            # This is private data. Do not parse.
            ADDRESS=192.168.1.50
            NETMASK=255.255.255.0
            SERVER_ADDRESS=192.168.1.1
            HOSTNAME=given
            CLIENTID=01001ec2000050
            junk
            """);
        Assert.Equal(["00:1E:C2:00:00:50 192.168.1.50 given 01001ec2000050 never"], reading.Leases.Select(Text));
        Assert.Equal([7], reading.Faults.Select(f => f.Line));
        Assert.Equal([0], NetworkdLeases.Read("NETMASK=255.0.0.0\n").Faults.Select(f => f.Line));
        Assert.Empty(NetworkdLeases.Read("").Faults);
    }

    [Fact]
    public void MacOS_tells_of_this_machine_and_its_router()
    {
        var reading = MacLeases.Read(Plist("""<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">"""));
        Assert.Empty(reading.Faults);
        Assert.Equal(["00:1E:C2:00:00:60 192.168.1.60  01001ec2000060 2026-01-01", "00:1E:C2:00:00:FE 192.168.1.1   never"], reading.Leases.Select(Text));
    }

    [Theory]
    [InlineData("""<!DOCTYPE plist [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>""")]
    [InlineData("""<!DOCTYPE plist SYSTEM "file:///etc/passwd">""")]
    [InlineData("""<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd" [<!ENTITY a SYSTEM "file:///etc/passwd">]>""")]
    public void A_property_list_with_another_document_type_is_refused(string type)
    {
        var reading = MacLeases.Read(Plist(type));
        Assert.Empty(reading.Leases);
        Assert.Equal("is not an XML property list", Assert.Single(reading.Faults).Problem);
    }

    [Theory]
    [InlineData("<plist><dict><key>IPAddress</key></dict></plist>")]
    [InlineData("<plist/>")]
    [InlineData("bplist00")]
    [InlineData("")]
    public void A_property_list_without_an_address_is_a_fault(string text)
    {
        Assert.Empty(MacLeases.Read(text).Leases);
        Assert.Single(MacLeases.Read(text).Faults);
    }

    [Fact]
    public void Any_text_is_read_without_an_exception_by_every_reader()
    {
        LeaseReader[] readers = [DnsmasqLeases.Read, DhcpdLeases.Read, KeaLeases.Read, NetworkdLeases.Read, MacLeases.Read];
        string[] seeds =
        [
            "1767225600 00:1e:c2:00:00:01 192.168.1.10 laptop 01:00:1e:c2:00:00:01\n",
            "lease 10.0.0.5 {\n ends 4 2026/01/01 00:00:00;\n uid \"\\001\\000\";\n hardware ethernet 00:1e:c2:00:00:05;\n client-hostname \"a\\\\\";\n}\n",
            "address,hwaddr,client_id,valid_lifetime,expire,hostname,state\n192.0.2.10,00:1e:c2:00:00:10,01:02,3600,1767225600,a,0\n",
            "{\"Leases\":[{\"ClientId\":[1,0,30,194,0,0,1],\"Address\":[192,168,7,20],\"ExpirationRealtimeUSec\":1767225600000000}]}",
            "ADDRESS=1.2.3.4\nCLIENTID=01001ec2000050\n",
            Plist(""),
        ];
        var random = new Random(3);
        foreach (var seed in seeds)
            for (var round = 0; round < 2000; round++)
            {
                var text = seed.ToCharArray();
                for (var change = 0; change < 3; change++) text[random.Next(text.Length)] = "\0\n\"\\{};,:=9aé\ud800"[random.Next(14)];
                foreach (var reader in readers) _ = reader(new string(text, 0, random.Next(text.Length + 1)));
            }
    }

    private static string Plist(string type) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        {type}
        <plist version="1.0"><dict>
          <key>ClientIdentifier</key><data>AQAewgAAYA==</data>
          <key>IPAddress</key><string>192.168.1.60</string>
          <key>LeaseLength</key><integer>86400</integer>
          <key>LeaseStartDate</key><date>2025-12-31T00:00:00Z</date>
          <key>RouterHardwareAddress</key><data>AB7CAAD+</data>
          <key>RouterIPAddress</key><string>192.168.1.1</string>
          <key>SSID</key><string>home</string>
        </dict></plist>
        """;

    private static string Text(Lease lease) =>
        $"{lease.Mac} {lease.Address} {lease.HostName} {lease.ClientId} {(lease.ExpiresTicks is { } at ? new DateTime(at).ToString("yyyy-MM-dd", null) : "never")}";
}
