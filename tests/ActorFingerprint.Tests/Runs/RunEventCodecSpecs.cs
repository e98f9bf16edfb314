using System.Text;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Runs;
using Xunit;

namespace ActorFingerprint.Tests.Runs;

public sealed class RunEventCodecSpecs
{
    private const string Run = "home.pcapng#1";

    private static readonly RunEvent[] Samples =
    [
        new RunEvent.Started(Run, 0, "home.pcapng", 50),
        new RunEvent.Progressed(Run, 638_000_000_000_000_000, new(4712, "home.pcapng@9000"), "{}", 4711, 25),
        new RunEvent.Reported(Run, 638_000_036_000_000_000, 9000, 50),
        new RunEvent.Ended(Run, 638_000_036_000_000_001, 9001, 51),
    ];

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Samples.Length)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void An_event_is_stored_byte_for_byte_as_ever(int index)
    {
        var (manifest, payload) = RunEventCodec.Encode(Samples[index]);
        EventSample.IsStoredAs(manifest + ".json", payload);
        Assert.Equal(Samples[index], RunEventCodec.Decode(manifest, EventSample.Read(manifest + ".json")));
    }

    [Fact]
    public void An_erased_event_is_none() => Assert.Null(RunEventCodec.Decode("erased.v1", "{}"u8));

    [Theory]
    [InlineData("run.started.v2", "{}")]
    [InlineData(RunManifests.Ended, "{\"run\":\"x\"}")]
    [InlineData(RunManifests.Ended, "7")]
    public void What_is_no_event_is_refused_with_its_manifest(string manifest, string payload)
    {
        var refused = Assert.Throws<StoredEventException>(() => RunEventCodec.Decode(manifest, Encoding.UTF8.GetBytes(payload)));
        Assert.Contains(manifest, refused.Message, StringComparison.Ordinal);
    }
}
