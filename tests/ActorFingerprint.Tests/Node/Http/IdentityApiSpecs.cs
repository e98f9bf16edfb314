using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

public sealed class IdentityApiSpecs
{
    private static readonly SignatureBases Bundled = SignatureBases.Load(new ActorFingerprintOptions { Node = new NodeOptions { Folder = "no-such-folder" } });

    [Fact]
    public async Task Without_a_database_the_answer_says_so()
    {
        await using var host = await ApiHost.StartAsync();
        foreach (var path in (string[])["/api/devices/001ec2000001/identity", "/api/fingerprints/lookup?mac=001ec2000001"])
        {
            var (status, problem) = await host.GetAsync(path);
            Assert.Equal((503, "DATABASE_NOT_LOADED"), (status, problem.GetProperty("code").GetString()));
        }
    }

    [Fact]
    public async Task A_device_is_told_with_its_evidence()
    {
        await using var host = await ApiHost.StartAsync(arrange: engine =>
        {
            engine.Signatures = Bundled;
            engine.Model.States[FakeReadModel.Printer.Key] = State();
        });
        var (status, identity) = await host.GetAsync("/api/devices/001ec2000001/identity");
        Assert.Equal(200, status);
        Assert.Equal(("printer", "printer"), (identity.GetProperty("type").GetString(), identity.GetProperty("parentType").GetString()));
        Assert.InRange(identity.GetProperty("confidence").GetDouble(), .35, 1);
        var evidence = identity.GetProperty("evidence").EnumerateArray().First(item => item.GetProperty("type").GetString() == "printer");
        Assert.Equal(("mdns", "_ipp._tcp"), (evidence.GetProperty("source").GetString(), evidence.GetProperty("value").GetString()));
        Assert.StartsWith("2026-", evidence.GetProperty("at").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lookup_names_its_source_and_refuses_what_it_cannot_read()
    {
        await using var host = await ApiHost.StartAsync(arrange: engine => engine.Lookup = new DeviceLookup(Bundled.Lookup, null));
        var (_, found) = await host.GetAsync("/api/fingerprints/lookup?mac=001788247600");
        Assert.Equal("localOUI", found.GetProperty("source").GetString());
        Assert.Equal("none", (await host.GetAsync("/api/fingerprints/lookup?ja4=t00")).Body.GetProperty("source").GetString());
        foreach (var query in (string[])["", "?mac=x", "?dhcp=1,3&message=offer", $"?ja3={new string('a', 2000)}"])
            Assert.Equal(400, (await host.GetAsync("/api/fingerprints/lookup" + query)).Status);
    }

    [Fact]
    public async Task An_api_that_does_not_answer_is_a_timeout()
    {
        await using var host = await ApiHost.StartAsync(arrange: engine => engine.Lookup = new DeviceLookup(
            new LocalLookup(new SignatureIndex([])), new ApiAccess(new SilentApi(), new SilentApi(), new HashSet<ApiField> { ApiField.DhcpFingerprint })));
        var (status, problem) = await host.GetAsync("/api/fingerprints/lookup?dhcp=1,3,6");
        Assert.Equal((504, "LOOKUP_TIMEOUT"), (status, problem.GetProperty("code").GetString()));
    }

    private static DeviceState State()
    {
        var where = new Sighting("r", 1, 0);
        var at = FakeReadModel.Utc(1);
        Assert.True(MacAddress.TryParse(FakeReadModel.Printer.Mac!, out var mac));
        return ((DeviceEvent[])
        [
            new DeviceEvent.FirstSeen(at, DeviceKey.OfMac(mac), where, false),
            new DeviceEvent.FactObserved(at, ActorFingerprint.Core.Observations.FactKind.MdnsService, "_ipp._tcp", where),
        ]).Aggregate(DeviceState.Initial, Device.Evolve);
    }

    private sealed class SilentApi : IApiCache, IDeviceInterrogation
    {
        public CachedAnswer? Find(MacAddress mac, string signalHash) => null;

        public CachedAnswer? FindCommon(string dhcpFingerprint) => null;

        public async Task<InterrogationResult> AskAsync(ApiQuestion question, CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop);
            return new InterrogationResult(InterrogationOutcome.TimedOut);
        }

        public bool Enqueue(ApiQuestion question, SyncPriority priority) => false;
    }
}
