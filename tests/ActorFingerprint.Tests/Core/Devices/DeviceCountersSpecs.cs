using System.Text;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Observations;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

public sealed class DeviceCountersSpecs
{
    [Fact]
    public void A_delta_says_what_a_batch_added()
    {
        var spec = DeviceSpec.Given()
            .When(Observe.Hello("a", 5, ja3: "x", sni: "one"))
            .When(Observe.Hello("a", 3, ja3: "y", sni: "one"))
            .When(Observe.ServerHello(9));
        var counters = spec.Folded;
        Assert.Equal((3L, 2600L), (counters.Packets, counters.Bytes));
        Assert.Equal((Observe.At(3), Observe.At(9)), (counters.FirstTicks, counters.LastTicks));
        Assert.Equal(new FingerprintCount(FingerprintKind.Ja4, 1, 2, Observe.At(3), Observe.At(5)), counters.Of(FingerprintKind.Ja4, 1));
        Assert.Equal([new TextCount("x", 1), new TextCount("y", 1)], counters.Ja3.Texts);
        Assert.Equal([new TextCount("one", 2)], counters.Sni.MostCommon(DeviceCounters.CommonTexts));
    }

    [Fact]
    public void Observations_are_counted_by_the_hour_of_their_day()
    {
        var spec = DeviceSpec.Given();
        foreach (var hours in new[] { 5, 0, 23, 24, 29, 5, 1 }) spec.When(Observe.Hello("a", hours * 3600));
        var first = HourCount.HourOf(Observe.At(0));
        HourCount[] expected = [new(first, 2), new((first + 1) % 24, 1), new((first + 5) % 24, 3), new((first + 23) % 24, 1)];
        Assert.Equal(expected.OrderBy(count => count.Hour), spec.Folded.Hours);
        Assert.Equal(7, spec.Folded.Hours!.Sum(count => count.Count));
    }

    [Fact]
    public void Hours_add_up_in_any_grouping()
    {
        HourCount[] morning = [new(6, 1), new(8, 2)];
        HourCount[] day = [new(0, 5), new(8, 3), new(23, 1)];
        HourCount[] both = [new(0, 5), new(6, 1), new(8, 5), new(23, 1)];
        Assert.Equal(both, HourCount.Sum(morning, day));
        Assert.Equal(both, HourCount.Sum(day, morning));
        Assert.Equal(day, HourCount.Sum(null, day));
        Assert.Equal(day, HourCount.Sum(day, null));
        Assert.Null(HourCount.Sum(null, null));
    }

    [Fact]
    public void Counts_pending_in_a_batch_and_counts_committed_decide_alike()
    {
        var whole = DeviceSpec.Given().When(Observe.Hello("a")).When(Observe.Hello("a")).When(Observe.Hello("a"));
        var builder = new DeviceDeltaBuilder("device-1", DeviceCounters.Empty);
        var committed = DeviceCounters.Empty;
        for (var i = 0; i < 3; i++)
        {
            builder.Add(Observe.Hello("a"), whole.State);
            committed = committed.Apply(builder.Build());
            builder.Reset(committed);
            Assert.True(builder.IsEmpty);
        }
        Assert.Equal(whole.Counts.Of(FingerprintKind.Ja4, 1).Count, builder.Of(FingerprintKind.Ja4, 1).Count);
        var other = Observe.Hello("b");
        Assert.Contains(Device.Observe(whole.State, other, "r", builder), e => e is DeviceEvent.ChurnDetected);
    }

    [Fact]
    public void Any_grouping_and_order_of_the_same_observations_gives_the_same_counters()
    {
        // 600 names and 600 JA3 hashes exceed the bound of 256; 90 JA4 values exceed the history of 64.
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var spec = DeviceSpec.Given();
            List<(Observation Observation, DeviceState State)> seen = [];
            for (var i = 0; i < 1000; i++)
            {
                var hello = Observe.Hello(
                    $"v{random.Next(90)}", i * 100 + random.Next(500), ja3: $"{random.Next(600)}", sni: $"n{random.Next(600)}");
                spec.When(hello);
                seen.Add((hello, spec.State));
            }
            return Text(Fold(seen, random)) == Text(Fold(seen, random)) && Text(Fold(seen, random)) == Text(spec.Folded);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));
    }

    [Fact]
    public void Counts_over_the_bound_are_exact_for_the_texts_that_stay_and_the_rest_is_one_number()
    {
        var counts = TextCounts.Empty;
        for (var round = 0; round < 3; round++)
            for (var i = 1000; i < 6000; i += 500)
                counts = counts.Add([.. Enumerable.Range(i, 500).Select(number => new TextCount($"text {number}", 1))], 0);
        Assert.Equal(TextCounts.Capacity, counts.Texts.Length);
        Assert.All(counts.Texts, text => Assert.Equal(3, text.Count));
        Assert.Equal(15_000 - 3 * TextCounts.Capacity, counts.Other);
        Assert.InRange(counts.Distinct, 4000, 6000);
        Assert.False(counts.IsExact);
    }

    [Fact]
    public void Up_to_the_bound_everything_is_exact()
    {
        var counts = TextCounts.Empty;
        for (var i = 0; i < TextCounts.Capacity; i++) counts = counts.Add([new TextCount($"{i}", i + 1)], 0);
        Assert.Equal((true, (long)TextCounts.Capacity, 0L), (counts.IsExact, counts.Distinct, counts.Other));
        Assert.Equal([256L, 255L], counts.MostCommon(2).Select(text => text.Count));
    }

    private static DeviceCounters Fold(List<(Observation Observation, DeviceState State)> seen, Random random)
    {
        var rest = seen.ToArray();
        random.Shuffle(rest);
        List<DeviceDelta> deltas = [];
        for (var start = 0; start < rest.Length;)
        {
            var builder = new DeviceDeltaBuilder("device-1", DeviceCounters.Empty);
            var end = Math.Min(rest.Length, start + 1 + random.Next(700));
            foreach (var (observation, state) in rest[start..end]) builder.Add(observation, state);
            deltas.Add(DeviceEventCodec.DecodeDelta(DeviceEventCodec.Encode(builder.Build())));
            start = end;
        }
        return deltas.Aggregate(DeviceCounters.Empty, (sum, delta) => sum.Apply(delta));
    }

    private static string Text(DeviceCounters counters) =>
        Encoding.UTF8.GetString(DeviceEventCodec.Encode(new DeviceSnapshot(DeviceState.Initial, counters, 0)).Payload);
}
