using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Persistence.Maintenance;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class DeviceErasureSpecs : StoreSpec
{
    private static int ShardOf(int n) => (int)(JournalScript.Key(n).StableHash() % 4);

    [Fact]
    public async Task Nothing_of_an_erased_device_is_in_any_file_and_a_rebuild_brings_nothing_back()
    {
        string mac = JournalScript.Key(1).Mac.ToString();
        string[] secrets = [mac, "secret-laptop", "secret.example.org", "host-1.example.org"];
        var routers = $$"""{"routers":["{{mac}}","AA:BB:CC:00:00:01"],"bound":[{"mac":"{{mac}}","addresses":[]}],"candidates":[]}""";
        await Script.RunEvent(new RunEvent.Started(JournalScript.Run, 0, "home.pcapng", 50)).CommitAsync(Stop);
        for (var n = 1; n <= 30; n++)
        {
            var (sni, name) = n == 1 ? ("secret.example.org", "secret-laptop") : ("public.example.org", "other");
            Script.Seen(n, T0 + n, via: n is > 1 and < 9 ? mac : null).Ja4(n, T0 + n, 1, "t13d", sni)
                .Device(n, new DeviceEvent.HostNameObserved(T0, name, HostNameSource.DhcpHostName, new("r", 1, 0)));
            await Script.Count(n, 3, T0, T0 + n, new FingerprintCount(FingerprintKind.Ja4, 1, 3, T0, T0 + n)).CommitAsync(Stop, ShardOf(n));
        }
        await Script.RunEvent(new RunEvent.Progressed(JournalScript.Run, T0, new(9, "home.pcapng"), routers, 9, 9)).CommitAsync(Stop);
        await Script.RunEvent(new RunEvent.Ended(JournalScript.Run, T0, 9, 9)).CommitAsync(Stop);
        await SnapshotAsync(1);
        await SnapshotAsync(2);
        await CatchUpAsync();
        foreach (var secret in secrets) Assert.NotEmpty(await Place.PlacesWithAsync(secret));

        var reply = await WithEngineAsync(engine => engine.EraseAsync(JournalScript.Key(1), T0 + 99, Stop));
        Assert.Equal((true, 7, TestStore.ErasesFiles), (reply.Found, reply.Mentioned.Count, reply.OldBytesAreGone));
        foreach (var secret in secrets) Assert.Empty(await Place.PlacesWithAsync(secret));
        Assert.Null(await Store.ReadModel.GetAsync(JournalScript.Key(1).ToString(), Stop));
        Assert.Equal(29, (await Store.ReadModel.ListAsync(new(), Stop)).Total);
        Assert.Empty(await Store.VerifyAsync(Stop));

        var live = await Place.ReadSideAsync();
        await CatchUpAsync(fromZero: true);
        Assert.Equal(live, await Place.ReadSideAsync());
        foreach (var secret in secrets) Assert.Empty(await Place.PlacesWithAsync(secret));
        Assert.DoesNotContain(await JournalReplay.DevicesAsOfAsync(Store.Journal, long.MaxValue, null, Stop), device => device.State.FirstSeen!.Device == JournalScript.Key(1));
    }

    [Fact]
    public async Task Erasing_again_changes_nothing_and_a_stranger_is_not_known()
    {
        await Script.Seen(1, T0).Count(1, 1, T0, T0).CommitAsync(Stop, ShardOf(1));
        Assert.True((await WithEngineAsync(engine => engine.EraseAsync(JournalScript.Key(1), T0 + 1, Stop))).Found);
        var highest = await Store.HighestOrderingAsync(Stop);
        Assert.False((await WithEngineAsync(engine => engine.EraseAsync(JournalScript.Key(1), T0 + 2, Stop))).Found);
        Assert.Equal(highest, await Store.HighestOrderingAsync(Stop));
        Assert.False((await WithEngineAsync(engine => engine.EraseAsync(JournalScript.Key(2), T0, Stop))).Found);
    }

    private Task SnapshotAsync(int n)
    {
        var state = Device.Evolve(DeviceState.Initial, new DeviceEvent.FirstSeen(
            T0, JournalScript.Key(n), new("r", 1, 0), false, JournalScript.Key(1).Mac.ToString()));
        var (manifest, payload) = DeviceEventCodec.Encode(new DeviceSnapshot(state, DeviceCounters.Empty, 0));
        return Store.Journal.WriteAsync([new(null, [], [new(Script.Id(n), 1, manifest, payload)])], Stop);
    }
}
