using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>What a test compares, as a signature without its device.</summary>
/// <param name="Kind">Which value.</param>
/// <param name="Match">How.</param>
/// <param name="Pattern">With what.</param>
/// <param name="Qualifier">DHCP message type; empty for any.</param>
/// <param name="Share">How much of the test's weight it deserves, up to 1.</param>
internal readonly record struct SatoriRule(SignatureKind Kind, SignatureMatch Match, string Pattern, string Qualifier = "",
    double Share = 1);

/// <summary>
/// Tests of Satori as signatures. Partial tests look for their text anywhere; number lists are aligned on their commas, as they are meant.
/// Letter case does not matter in partial tests here. Tests of DHCP type Any, which Satori's own lookup passes over, are used with less
/// confidence.
/// </summary>
internal static partial class SatoriTest
{
    private const double ShareOfAnyType = 0.8;
    private const double ShareOfHalf = 0.5;

    /// <summary>The signatures of one test; none when it is of no use or wrong, which <paramref name="problems"/> is told.</summary>
    public static IReadOnlyList<SatoriRule> Read(XElement test, ImportProblems problems)
    {
        var match = Text(test, "matchtype");
        if (match is not ("exact" or "partial")) return Wrong($"matchtype '{match}' is neither exact nor partial");
        var isPartial = match == "partial";
        foreach (var attribute in test.Attributes())
        {
            var value = attribute.Value;
            if (attribute.Name.LocalName is "weight" or "matchtype" || value.Length == 0) continue;
            switch (attribute.Name.LocalName)
            {
                case "dhcpoption55": return Dhcp(SignatureKind.DhcpList, isPartial, SignatureText.CodeList(value));
                case "dhcpoptions": return Dhcp(SignatureKind.DhcpOptions, isPartial, SignatureText.OptionOrder(value));
                case "dhcpvendorcode": return Dhcp(SignatureKind.DhcpVendorClass, isPartial, value);
                case "ipttl": return Unused("the TTL of DHCP messages");
                case "dhcpv6optionrequest": return List(SignatureKind.Dhcpv6List, isPartial, SignatureText.CodeList(value), "", 1);
                case "dhcpv6vendorcode":
                    return One(SignatureKind.Dhcpv6Vendor, SignatureMatch.Glob, "*" + SignatureText.GlobOf(value)
                    + (isPartial ? "*" : ""));
                case "dhcpv6options": return Unused("the order of options of DHCPv6 messages");
                case "webuseragent": return Plain(SignatureKind.UserAgent, isPartial, value);
                case "webserver": return Plain(SignatureKind.HttpServer, isPartial, value);
                case "dns": return Plain(SignatureKind.ServerName, isPartial, value);
                case "ssh":
                    return [.. Plain(SignatureKind.SshServer, isPartial, value), .. Plain(SignatureKind.SshClient, isPartial, value)];
                case "smbnativename": return One(SignatureKind.Smb, SignatureMatch.Regex, SmbText.Expression("os", value, isPartial));
                case "smbnativelanman": return One(SignatureKind.Smb, SignatureMatch.Regex, SmbText.Expression("lm", value, isPartial));
                case "osversion":
                    return One(SignatureKind.Browser, SignatureMatch.Prefix, SignatureText.Whole(value) + " ", ShareOfHalf);
                case "ntp": return Ntp(value);
                case "tcpsig": return Tcp(value);
                case "sslsig": return Tls(value.Trim());
                case "sipserver": return Unused("SIP");
                case "icmptype": return Unused("ICMP");
            }
        }
        return Wrong("the test compares nothing that is known");

        IReadOnlyList<SatoriRule> Dhcp(SignatureKind kind, bool partial, string? pattern)
        {
            var type = Text(test, "dhcptype");
            if (type is "Offer" or "ACK" or "NAK") return Unused("messages of DHCP servers");
            if (type is not ("Any" or "Discover" or "Request" or "Decline" or "Release" or "Inform"))
                return Wrong($"'{type}' is no DHCP message type");
            var (qualifier, share) = type == "Any" ? ("", ShareOfAnyType) : (type.ToLowerInvariant(), 1);
            if (kind != SignatureKind.DhcpVendorClass) return List(kind, partial, pattern, qualifier, share);
            return partial ? [new SatoriRule(kind, SignatureMatch.Glob, SignatureText.Within(pattern!), qualifier, share)]
                : [new SatoriRule(kind, SignatureMatch.Exact, SignatureText.Whole(pattern!), qualifier, share)];
        }

        IReadOnlyList<SatoriRule> List(SignatureKind kind, bool partial, string? pattern, string qualifier, double share) =>
            pattern is null ? Wrong("no list of option codes: 1,3,6,15")
                : [new SatoriRule(kind, partial ? SignatureMatch.Token : SignatureMatch.Exact, pattern, qualifier, share)];

        IReadOnlyList<SatoriRule> Tcp(string text)
        {
            var flag = Text(test, "tcpflag");
            if (flag is not ("S" or "SA")) return Unused("TCP segments other than SYN and SYN+ACK");
            var patterns = LegacyTcpPattern.Translate(text.Split(':'), isAnswer: flag == "SA", out var problem);
            if (patterns.Count == 0) return Unused($"TCP signatures with {problem}");
            return [.. patterns.Select(pattern =>
                new SatoriRule(flag == "S" ? SignatureKind.TcpSyn : SignatureKind.TcpSynAck, SignatureMatch.Exact, pattern))];
        }

        IReadOnlyList<SatoriRule> Tls(string text) => Text(test, "testtype") switch
        {
            "ja3" when TlsHash.IsMd5(text) => One(SignatureKind.Ja3, SignatureMatch.Exact, text.ToLowerInvariant()),
            "ja3s" when TlsHash.IsMd5(text) => One(SignatureKind.Ja3S, SignatureMatch.Exact, text.ToLowerInvariant()),
            "ja4" when TlsHash.IsJa4(text) => One(SignatureKind.Ja4, SignatureMatch.Exact, text.ToLowerInvariant()),
            "ja3" or "ja3s" or "ja4" => Wrong($"'{text}' is no {Text(test, "testtype")}"),
            var type => Unused($"TLS fingerprints of type {(type.Length > 8 ? "unknown" : type)}"),
        };

        IReadOnlyList<SatoriRule> Ntp(string text)
        {
            var fields = NtpForm().Match(text);
            if (!fields.Success) return Wrong($"'{text}' is no NTP test: client;port,leap,version,poll,reference,…");
            var mode = fields.Groups["mode"].Value switch { "active" => 1, "passive" => 2, _ => 3 };
            var glob = $"v{fields.Groups["version"]} mode {mode} leap {fields.Groups["leap"]} stratum * poll {fields.Groups["poll"]} "
                + $"precision * refid {(fields.Groups["reference"].Value == "unset" ? "-" : "*")} set *"
                + (fields.Groups["transmit"].Value is "" or "0" ? "" : "transmit");
            return One(SignatureKind.Ntp, SignatureMatch.Glob, glob, ShareOfHalf);
        }

        IReadOnlyList<SatoriRule> Wrong(string what)
        {
            problems.Add(XmlEntries.LineOf(test), what);
            return [];
        }

        IReadOnlyList<SatoriRule> Unused(string what)
        {
            problems.CountUnused($"no kind of signature: {what}");
            return [];
        }
    }

    private static SatoriRule[] Plain(SignatureKind kind, bool isPartial, string text) =>
        isPartial ? One(kind, SignatureMatch.Glob, SignatureText.Within(text)) : One(kind, SignatureMatch.Exact, SignatureText.Whole(text));

    private static SatoriRule[] One(SignatureKind kind, SignatureMatch match, string pattern, double share = 1) =>
        [new SatoriRule(kind, match, pattern, Share: share)];

    private static string Text(XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";

    /// <summary>
    /// Mode, source port, leap, version, poll, whether there is a reference id, and how far the reference and transmit times are from now.
    /// Values here have no ports and do not tell current from random times: the rest of the test counts half.
    /// </summary>
    [GeneratedRegex("^(?<mode>client|active|passive);[0-9]+,(?<leap>[0-3]),(?<version>[0-7]),(?<poll>[0-9]+),(?<reference>set|unset)"
        + ",(?:0|current|random),(?<transmit>0|current|random)?(?:,[0-9]+)?$", RegexOptions.NonBacktracking)]
    private static partial Regex NtpForm();
}
