using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;
using Xunit;

namespace ActorFingerprint.Tests.Protocols.Network;

/// <summary>Every frame that was read is accounted for: given to a stage, passed over for one reason, or faulty. Files drop nothing.</summary>
public sealed class CounterSpecs
{
    [Fact]
    public void Counters_add_up_on_every_capture_of_the_shared_corpora()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are absent");
        AssertAddUp(Path.Combine(Repository.Shared!, "corpus"), 1000);
    }

    [Fact]
    public void Counters_add_up_on_every_capture_made_here() => AssertAddUp(Path.Combine(Repository.Root, "tests", "data"), 50);

    private static void AssertAddUp(string folder, int least)
    {
        var captures = 0;
        foreach (var path in Directory.EnumerateFiles(folder, "*.pcap*", SearchOption.AllDirectories))
        {
            var frames = TestCaptures.Read(path);
            var test = new InterestTest(new InterestOptions { FlowSetBits = 8 });
            var header = default(PacketHeader);
            var (packets, taken) = (0L, 0L);
            foreach (var frame in frames)
            {
                var interest = test.Test(frame.LinkType, frame.Bytes, frame.WireLength, frame.Frame, frame.AtTicks, ref header, out _);
                while (true)
                {
                    packets++;
                    if (interest != Interest.None) taken++;
                    if (!test.HasMore) break;
                    interest = test.TestNext(frame.Bytes, ref header, out _);
                }
            }
            var counters = test.Counters;
            var faulty = counters[PacketFate.Malformed];
            var skipped = Enum.GetValues<PacketFate>().Where(fate => fate != PacketFate.Malformed).Sum(fate => counters[fate]);
            Assert.Equal((frames.Count, taken), (counters.Frames, counters.Interesting));
            Assert.True(packets == taken + skipped + faulty, $"{path}: {packets} packets, {taken} taken, {skipped} passed over, {faulty} faulty");
            captures++;
        }
        Assert.True(captures >= least, $"only {captures} captures in {folder}");
    }
}
