using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Actors;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Sharding;

/// <summary>What a device region asks of another node comes back as it was.</summary>
public sealed class DeviceAskCodecSpecs
{
    private const long At = 639_000_000_000_000_000;

    private static readonly DeviceKey Device = Key("mac:02:00:00:00:00:01");

    public static TheoryData<string> Keys => ["mac:02:00:00:00:00:01", "ip:site/12/10.0.0.7", "duid:000100012a", "cid:ff01"];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_ask_comes_back_as_it_was(string key)
    {
        foreach (var ask in (DeviceAsk[])
        [
            new DeviceAsk.Get(Key(key)), new DeviceAsk.Tell(Key(key), new DeviceCommand.SetLabel(At, "printer \"ß\"")),
            new DeviceAsk.Tell(Key(key), new DeviceCommand.SetLabel(At, null)), new DeviceAsk.Tell(Key(key), new DeviceCommand.Erase(At)),
            new DeviceAsk.Tell(Key(key), new DeviceCommand.ApplyRetention(At, At - 5, DeviceCounters.Empty)),
        ])
        {
            var (kind, request) = DeviceAskCodec.Encode(ask);
            Assert.Equal(ask, DeviceAskCodec.Decode(kind, request));
        }
        var (reload, ids) = DeviceAskCodec.Encode(new DeviceAsk.Reload(["device-a", "device-b"]));
        Assert.Equal(["device-a", "device-b"], Assert.IsType<DeviceAsk.Reload>(DeviceAskCodec.Decode(reload, ids)).PersistenceIds);
    }

    [Fact]
    public void Commands_that_are_no_asks_are_refused()
    {
        var observe = new DeviceCommand.IdentifyRouter(At, [], default);
        Assert.Throws<ArgumentException>(() => DeviceAskCodec.Encode(new DeviceAsk.Tell(Device, observe)));
    }

    [Fact]
    public void A_reply_carries_every_event_in_its_stored_shape()
    {
        var events = Directory.GetFiles(Samples, "device.*.v1.json")
            .Where(f => !f.EndsWith("device.snapshot.v1.json", StringComparison.Ordinal))
            .Select(f => DeviceEventCodec.Default.Decode(Path.GetFileNameWithoutExtension(f), File.ReadAllBytes(f))!).ToArray();
        Assert.True(events.Length > 8);
        var reply = new DeviceReply(true, events) { Mentioned = ["device-x"], OldBytesAreGone = false };
        var back = DeviceAskCodec.DecodeReply(DeviceAskCodec.Encode(reply));
        Assert.Equal((true, null, false), (back.Found, back.Refusal, back.OldBytesAreGone));
        Assert.Equal(reply.Mentioned, back.Mentioned);
        Assert.Equal(events.Select(Stored), back.Events.Select(Stored));
        var refused = DeviceAskCodec.DecodeReply(DeviceAskCodec.Encode(new DeviceReply(false, [], "no such label")));
        Assert.Equal((false, "no such label", 0, true), (refused.Found, refused.Refusal, refused.Events.Count, refused.OldBytesAreGone));
    }

    [Fact]
    public void A_view_carries_state_and_counters()
    {
        var snapshot = DeviceEventCodec.DecodeSnapshot(
            DeviceManifests.Snapshot, File.ReadAllBytes(Path.Combine(Samples, "device.snapshot.v1.json")))!;
        var view = new DeviceView("device-17", snapshot.State, snapshot.Counters, 42);
        var back = DeviceAskCodec.DecodeView(DeviceAskCodec.Encode(view))!;
        Assert.Equal(("device-17", 42L), (back.PersistenceId, back.SequenceNumber));
        Assert.Equal(
            DeviceEventCodec.Encode(snapshot with { ShardSequence = 0 }).Payload,
            DeviceEventCodec.Encode(new DeviceSnapshot(back.State, back.Counters, 0)).Payload);
        Assert.Null(DeviceAskCodec.DecodeView(DeviceAskCodec.Encode((DeviceView?)null)));
    }

    [Fact]
    public void What_cannot_be_read_is_refused_as_such()
    {
        var (kind, request) = DeviceAskCodec.Encode(new DeviceAsk.Tell(Device, new DeviceCommand.SetLabel(At, "x")));
        Assert.Throws<FormatException>(() => DeviceAskCodec.Decode("nothing", request));
        foreach (var bad in (string[])["", "null", "[]", "{}", "{\"device\":\"mac:zz\"}", "{\"device\":null}"])
            Assert.Throws<FormatException>(() => DeviceAskCodec.Decode(kind, Encoding.UTF8.GetBytes(bad)));
        for (var length = 0; length < request.Length; length++)
            Assert.Throws<FormatException>(() => DeviceAskCodec.Decode(kind, request.AsSpan(0, length)));
        foreach (var bad in (string[])["{}", "{\"found\":true,\"events\":[{\"manifest\":\"x\",\"event\":{}}],\"mentioned\":[],\"oldBytesAreGone\":true}"])
            Assert.Throws<FormatException>(() => DeviceAskCodec.DecodeReply(Encoding.UTF8.GetBytes(bad)));
        Assert.Throws<FormatException>(() => DeviceAskCodec.DecodeView("{\"persistenceId\":\"x\",\"sequenceNumber\":1,\"snapshot\":{}}"u8));
    }

    private static string Samples => Path.Combine(Repository.Root, "tests", "data", "events");

    private static DeviceKey Key(string text)
    {
        Assert.True(DeviceKey.TryParse(text, out var key));
        return key;
    }

    private static string Stored(DeviceEvent @event)
    {
        var (manifest, payload) = DeviceEventCodec.Encode(@event);
        return $"{manifest} {Encoding.UTF8.GetString(payload)}";
    }
}
