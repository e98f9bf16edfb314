using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Node.Hosting;
using Xunit;
using static ActorFingerprint.Tests.Core.Identification.SignatureIndexSpecs;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class DeviceLookupSpecs
{
    private const string List = "1,3,6,15,119";
    private static readonly SignatureDevice Phone = new("Phone/Acme") { Type = DeviceType.Phone };
    private static readonly SignatureDevice Tablet = new("Tablet/Acme") { Type = DeviceType.Tablet };
    private static readonly MacAddress Philips = MacAddress.TryParse("00:17:88:24:76:FF", out var mac) ? mac : default;

    private readonly FakeApi _api = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_was_kept_comes_first()
    {
        _api.Kept = new ApiDevice(["Phone, Tablet or Wearable", "Acme X"], 77);
        var found = await Lookup(Rule(SignatureKind.DhcpList, SignatureMatch.Exact, List, Phone)).FindAsync(new LookupQuery { Mac = Philips, DhcpList = List }, Stop);
        Assert.Equal((LookupSource.Cache, .77, 0), (found.Source, found.Confidence, _api.Asked));
    }

    [Fact]
    public async Task Then_dhcp_then_tls_then_the_vendor()
    {
        var lookup = Lookup(
            Rule(SignatureKind.DhcpList, SignatureMatch.Exact, List, Phone), Rule(SignatureKind.Ja4, SignatureMatch.Exact, "t13d", Tablet),
            Rule(SignatureKind.Ja3, SignatureMatch.Exact, "aa", Tablet));
        var all = new LookupQuery { Mac = Philips, DhcpList = List, Ja3 = "aa", Ja4 = "t13d" };
        Assert.Equal((LookupSource.LocalDhcp, .85), await Short(lookup, all));
        Assert.Equal((LookupSource.LocalJa3, .90), await Short(lookup, all with { DhcpList = "1,2" }));
        Assert.Equal((LookupSource.LocalJa3, .80), await Short(lookup, all with { DhcpList = null, Ja3 = null }));
        Assert.Equal((LookupSource.LocalOui, LocalLookup.OuiConfidence), await Short(lookup, new LookupQuery { Mac = Philips }));
        Assert.Equal(0, _api.Asked);
    }

    [Fact]
    public async Task The_api_is_asked_last_and_only_when_it_is_on()
    {
        var unknown = new LookupQuery { DhcpList = List };
        _api.Reply = new InterrogationResult(InterrogationOutcome.Found, new ApiDevice(["Printer", "HP Printer"], 60));
        Assert.Equal((LookupSource.FingerbankApi, .60), await Short(Lookup(), unknown));
        _api.Reply = new InterrogationResult(InterrogationOutcome.NotFound);
        Assert.Equal((LookupSource.None, 0), await Short(Lookup(), unknown));
        Assert.Equal((LookupSource.None, 0), await Short(new DeviceLookup(new LocalLookup(Index()), null), unknown));
        Assert.Equal(2, _api.Asked);
    }

    [Fact]
    public async Task A_list_of_several_devices_is_less_sure_unless_the_vendor_class_decides()
    {
        var lookup = Lookup(
            Rule(SignatureKind.DhcpList, SignatureMatch.Exact, List, Phone) with { VendorPatterns = ["android"] },
            Rule(SignatureKind.DhcpList, SignatureMatch.Exact, List, Tablet));
        Assert.Equal((LookupSource.LocalDhcp, .425), await Short(lookup, new LookupQuery { DhcpList = List }));
        var decided = await lookup.FindAsync(new LookupQuery { DhcpList = List, VendorClass = "android-dhcp-13" }, Stop);
        Assert.Equal((.85, "Phone/Acme"), (decided.Confidence, Assert.Single(decided.Candidates).Device));
    }

    [Fact]
    public async Task What_the_api_says_is_read_by_its_words()
    {
        _api.Kept = new ApiDevice(["Hardware Manufacturer", "Printer", "HP LaserJet"], 80);
        var found = await Lookup().FindAsync(new LookupQuery { Mac = Philips, DhcpList = List }, Stop);
        Assert.Equal(DeviceType.Printer, found.Candidates[0].Type);
    }

    private DeviceLookup Lookup(params Signature[] signatures) =>
        new(new LocalLookup(Index(signatures)), new ApiAccess(_api, _api, new HashSet<ApiField> { ApiField.Mac, ApiField.DhcpFingerprint }));

    private static async Task<(LookupSource, double)> Short(DeviceLookup lookup, LookupQuery query) =>
        await lookup.FindAsync(query, Stop) is var found ? (found.Source, found.Confidence) : default;

    private sealed class FakeApi : IApiCache, IDeviceInterrogation
    {
        public ApiDevice? Kept { get; set; }

        public InterrogationResult Reply { get; set; } = new(InterrogationOutcome.NotFound);

        public int Asked { get; private set; }

        public CachedAnswer? Find(MacAddress mac, string signalHash) => Kept is null ? null : new CachedAnswer(Kept, 1, long.MaxValue, true);

        public CachedAnswer? FindCommon(string dhcpFingerprint) => null;

        public Task<InterrogationResult> AskAsync(ApiQuestion question, CancellationToken stop)
        {
            Asked++;
            return Task.FromResult(Reply);
        }

        public bool Enqueue(ApiQuestion question, SyncPriority priority) => false;
    }
}
