using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures.Curated;
using Xunit;

namespace ActorFingerprint.Tests.Persistence.Signatures.Curated;

/// <summary>What the shipped tables make of values that devices are known for.</summary>
public sealed class WellKnownValueSpecs
{
    private static readonly Lazy<SignatureIndex> Index =
        new(() => new SignatureIndex(CuratedTables.Read(Path.Combine(Repository.Root, "data")).Signatures));

    public static TheoryData<string, string, string> Known()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var cells in Lines(WellKnownValues.Known)) data.Add(cells[0], cells[1], cells[2]);
        return data;
    }

    public static TheoryData<string, string> Silent()
    {
        var data = new TheoryData<string, string>();
        foreach (var cells in Lines(WellKnownValues.Silent)) data.Add(cells[0], cells[1]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Known))]
    public void A_value_that_tells_a_device_tells_that_one_first(string kind, string value, string path) =>
        Assert.Equal(path, Find(kind, value) is [var best, ..] ? best.Signature.Device.Path : "nothing");

    [Theory]
    [MemberData(nameof(Silent))]
    public void A_value_that_only_looks_like_one_tells_nothing(string kind, string value) =>
        Assert.Empty(Find(kind, value).Select(hit => $"{hit.Signature.Pattern}: {hit.Signature.Device.Path}"));

    [Theory]
    [InlineData("mdns-txt", "_dhnap._tcp model_number=DCS-935L", "DCS-935L")]
    [InlineData("mdns-txt", "_googlecast._tcp md=Chromecast Ultra", "Chromecast Ultra")]
    [InlineData("host-name", "DCS-930LB1_1C0000", "DCS-930L")]
    [InlineData("host-name", "HS100(EU)", "HS100")]
    [InlineData("host-name", "SM-G991B", "SM-G991B")]
    [InlineData("user-agent", "Dalvik/2.1.0 (Linux; U; Android 13; SM-G991B Build/TP1A)", "SM-G991B")]
    [InlineData("dhcp-vendor-class", @"Cisco Systems, Inc. IP Phone CP-7941G-GE\x00", "CP-7941G-GE")]
    [InlineData("http-server", "HP HTTP Server; HP OfficeJet Pro 8710 - D9L18A; Serial Number: X", "OfficeJet Pro 8710")]
    public void The_model_is_taken_from_the_value(string kind, string value, string model) => Assert.Equal(model, Find(kind, value)[0].Model);

    private static IReadOnlyList<SignatureHit> Find(string kind, string value) => Index.Value.Find(Kind(kind), value);

    private static SignatureKind Kind(string name) =>
        Enum.Parse<SignatureKind>(name == "mdns-txt" ? nameof(SignatureKind.MdnsText) : name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    private static IEnumerable<string[]> Lines(string table) => table.Split('\n').Select(line => line.Split(" | "));
}
