using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Curated;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Curated;

public sealed class CuratedTableSpecs : IDisposable
{
    private const string DeviceHeader = "id\tparent\tname\ttype\tvendor\tmodel\tos\tflags\n";
    private const string RuleHeader = "kind\tmatch\tpattern\tdevice\tconfidence\torigin\tqualifier\n";
    private const string Camera = "camera\t-\tCamera\tcamera\t-\t-\t-\t-\n";
    private const string Rule = "host-name\texact\tipcam\tcamera\t80\tcommon\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_device_has_what_it_does_not_say_from_its_parent_but_not_the_model()
    {
        var tables = Read(
            "dcs\tmaker\tDCS / 9\t-\t-\t$1\t-\t-\nmaker\tcamera\tD-Link\t-\tD-Link\tany\tLinux\tmobile\n" + Camera,
            "host-name\tglob\tDCS-*\tdcs\t90\tvendor\n" + Rule);

        var device = Assert.Single(tables.Signatures, rule => rule.Match == SignatureMatch.Glob).Device;
        Assert.Equal(@"Camera/D-Link/DCS \/ 9", device.Path);
        Assert.Equal((DeviceType.Camera, "D-Link", "$1", "Linux", true, false),
            (device.Type, device.Vendor, device.Model, device.Os, device.IsMobile, device.IsTablet));
        Assert.Equal([@"Camera/D-Link/DCS \/ 9", "Camera/D-Link", "Camera"], tables.Devices.Select(each => each.Path));
    }

    [Fact]
    public void A_rule_has_all_its_columns()
    {
        var rule = Assert.Single(Read(Camera, "# remark\n\ndhcp-list\texact\t1,3,6\tcamera\t40\tobserved\tdiscover\n").Signatures);

        Assert.Equal((SignatureKind.DhcpList, SignatureMatch.Exact, "1,3,6", "Camera", 40, "observed", "discover"),
            (rule.Kind, rule.Match, rule.Pattern, rule.Device.Path, rule.Confidence, rule.Origin, rule.Qualifier));
    }

    [Theory]
    [InlineData("host-name\texact\tipcam\tcamera\t80\n", "rules.tsv:2: 5 columns, not 7: kind TAB match TAB")]
    [InlineData("hostname\texact\tipcam\tcamera\t80\tcommon\n", "rules.tsv:2: 'hostname' is no kind: write one of dhcp-list, ")]
    [InlineData("host-name\tExact\tipcam\tcamera\t80\tcommon\n", "rules.tsv:2: 'Exact' is no match: write one of exact, prefix, glob, token")]
    [InlineData("host-name\texact\t-\tcamera\t80\tcommon\n", "rules.tsv:2: no pattern")]
    [InlineData("host-name\texact\t\tcamera\t80\tcommon\n", "rules.tsv:2: pattern is empty or has blanks")]
    [InlineData("host-name\texact\tipcam \tcamera\t80\tcommon\n", "rules.tsv:2: pattern is empty or has blanks")]
    [InlineData("host-name\texact\tipcam\tcam\t80\tcommon\n", "rules.tsv:2: no device 'cam' in devices.tsv")]
    [InlineData("host-name\texact\tipcam\tcamera\t0\tcommon\n", "rules.tsv:2: confidence must be 1 to 100 (percent)")]
    [InlineData("host-name\texact\tipcam\tcamera\t0.8\tcommon\n", "rules.tsv:2: confidence must be 1 to 100 (percent)")]
    [InlineData("host-name\texact\tipcam\tcamera\t80\tour own\n", "rules.tsv:2: 'our own' is no origin: write one word in lower case")]
    [InlineData("host-name\texact\tipcam\tcamera\t80\tcommon\tdiscover\n", "rules.tsv:2: qualifier must be discover, request, inform")]
    [InlineData("dhcp-list\texact\t1,3\tcamera\t80\tcommon\toffer\n", "rules.tsv:2: qualifier must be discover, request, inform")]
    [InlineData("host-name\tregex\t(a\tcamera\t80\tcommon\n", "rules.tsv:2: the expression cannot be used: ")]
    [InlineData("host-name\tregex\ta(?=b)\tcamera\t80\tcommon\n", "rules.tsv:2: the expression looks around or back")]
    [InlineData("host-name\tregex\t(a)\\1\tcamera\t80\tcommon\n", "rules.tsv:2: the expression looks around or back")]
    [InlineData("host-name\tglob\ta\\\tcamera\t80\tcommon\n", "rules.tsv:2: a backslash at the end: write two for one")]
    [InlineData(Rule + Rule, "rules.tsv:3: this rule stands above or in another file")]
    [InlineData("host-name\ttoken\tIPCam\tcamera\t8\tcommon\nhost-name\ttoken\tipcam\tcamera\t9\tcommon\n", "rules.tsv:3: this rule")]
    public void A_line_that_is_no_rule_is_refused(string lines, string problem) => AssertRefused(Camera, lines, problem);

    [Theory]
    [InlineData("camera\t-\tCamera\tcamera\t-\t-\t-\n", "devices.tsv:2: 7 columns, not 8")]
    [InlineData(Camera + Camera, "devices.tsv:3: the id 'camera' is taken")]
    [InlineData(Camera + "cam\t-\tCAMERA\t-\t-\t-\t-\t-\n", "devices.tsv:3: another device has the path CAMERA")]
    [InlineData("Camera\t-\tCamera\tcamera\t-\t-\t-\t-\n", "devices.tsv:2: 'Camera' is no id: write lower-case letters, digits")]
    [InlineData("camera\t-\t-\tcamera\t-\t-\t-\t-\n", "devices.tsv:2: no name")]
    [InlineData("camera\t-\tCamera\tCamera\t-\t-\t-\t-\n", "devices.tsv:2: 'Camera' is no type: write one of unknown, smartTV, ")]
    [InlineData("camera\t-\tCamera\tcamera\t-\t-\t-\tportable\n", "devices.tsv:2: 'portable' is no flag: write mobile, tablet")]
    [InlineData("camera\tthing\tCamera\tcamera\t-\t-\t-\t-\n", "devices.tsv:2: no device 'thing' to be the parent")]
    [InlineData("camera\ta\tCamera\t-\t-\t-\t-\t-\na\tcamera\tA\t-\t-\t-\t-\t-\n", "devices.tsv:2: 'camera' stands below itself")]
    [InlineData("camera\tcamera\tCamera\t-\t-\t-\t-\t-\n", "devices.tsv:2: 'camera' stands below itself")]
    [InlineData(Camera + "bell\tcamera\tBell\t-\t-\t-\t-\t-\n", "devices.tsv:3: no rule speaks for 'bell'")]
    public void A_line_that_is_no_device_is_refused(string lines, string problem) => AssertRefused(lines, Rule, problem);

    [Theory]
    [InlineData("host-name\texact\tipcam\tcamera\t80\tcommon\n")]
    [InlineData("host-name\tglob\tip##\tcamera\t80\tcommon\n")]
    [InlineData("host-name\tregex\tip(?:cam)\tcamera\t80\tcommon\n")]
    public void A_model_that_the_pattern_does_not_give_is_refused(string rule) =>
        AssertRefused("camera\t-\tCamera\tcamera\t-\tIP $1\t-\t-\n", rule, "rules.tsv:2: the model 'IP $1' asks for more");

    [Fact]
    public void A_wrong_header_is_refused()
    {
        File.WriteAllText(_folder.At("devices.tsv"), "id\tname\n");
        Assert.StartsWith("devices.tsv:1: the header must be id TAB parent", Refusal());
        File.WriteAllText(_folder.At("devices.tsv"), "# nothing\n");
        Assert.StartsWith("devices.tsv:1: no header: write id TAB parent", Refusal());
        File.Delete(_folder.At("devices.tsv"));
        Assert.Contains("cannot be read", Refusal());
    }

    private void AssertRefused(string devices, string rules, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<CuratedTableException>(() => Read(devices, rules)).Message);

    private string Refusal() => Assert.Throws<CuratedTableException>(() => CuratedTables.Read(_folder.Path)).Message;

    private CuratedTables Read(string devices, string rules)
    {
        File.WriteAllText(_folder.At("devices.tsv"), DeviceHeader + devices);
        File.WriteAllText(_folder.At("rules.tsv"), RuleHeader + rules);
        return CuratedTables.Read(_folder.Path);
    }
}
