using System.Text.Json;
using ActorFingerprint.Tools.ScaleSimulator;
using ActorFingerprint.Tools.ScaleSimulator.Planning;
using ActorFingerprint.Tools.ScaleSimulator.Simulation;
using Xunit;

namespace ActorFingerprint.Tests.Tools.Scale;

/// <summary>The arithmetic of docs/scale.md, held against what queues must do whatever the costs are.</summary>
public sealed class ScaleSimulatorSpecs
{
    private static readonly Costs Measured = Costs.Load();

    /// <summary>10 µs in each part for an observation, nothing else, no flush.</summary>
    private static readonly Costs Even = Measured with
    {
        ReadMicros = 0,
        Observation = Zero() with { Sensor = 10, Broker = 10, Engine = 10, Database = 10 },
        Batch = Zero(),
        Event = Zero(),
        Commit = Zero(),
        Embedded = new EmbeddedCosts { Observation = 10, Event = 0 },
        FlushMicros = 0,
    };

    [Fact]
    public void Work_on_one_machine_shares_its_cores_and_none_gets_more_than_one()
    {
        var machine = new Machine("m", cores: 2);
        machine.Run("a", 100, () => { });
        Assert.Equal(100, machine.UntilDone);
        machine.Run("b", 100, () => { });
        machine.Run("c", 100, () => { });
        machine.Run("d", 40, () => { });
        Assert.Equal(80, machine.UntilDone);
        Assert.Single(machine.Pass(80));
        Assert.Equal(90, machine.UntilDone, precision: 6);
        Assert.Equal(3, machine.Pass(90).Count);
        Assert.Equal(340, machine.Used.Values.Sum(), precision: 6);
    }

    [Fact]
    public void Nothing_is_lost_and_no_core_works_more_than_there_is_time()
    {
        foreach (var engines in (int[])[0, 1, 2, 3])
        {
            var outcome = ClusterRun.Of(Measured, Layout.OneMachine(engines), 50_000, eventShare: 0.1);
            Assert.Equal(50_000, outcome.Observations);
            Assert.InRange(outcome.TotalCpu, 0.1, 2 * Math.Max(outcome.Committed, outcome.ReadSide) + 1e-6);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_outcome_and_another_one_nearly()
    {
        var first = ClusterRun.Of(Measured, Layout.OneMachine(2), 30_000, 0.1, seed: 7);
        Assert.Equal(first.Committed, ClusterRun.Of(Measured, Layout.OneMachine(2), 30_000, 0.1, seed: 7).Committed);
        Assert.NotEqual(first.Committed, ClusterRun.Of(Measured, Layout.OneMachine(2), 30_000, 0.1, seed: 8).Committed);
        Assert.InRange(ClusterRun.Of(Measured, Layout.OneMachine(2), 30_000, 0.1, seed: 8).Committed, 0.8 * first.Committed, 1.2 * first.Committed);
    }

    [Fact]
    public void A_full_machine_does_its_cores_divided_by_the_cost_of_an_observation()
    {
        var outcome = ClusterRun.Of(Even, Layout.OneMachine(1), 200_000, eventShare: 0);
        Assert.InRange(outcome.PerSecond, 45_000, 50_500); // 2 cores / 40 µs
        Assert.All((string[])[ClusterRun.Sensor, ClusterRun.Broker, ClusterRun.Engine, ClusterRun.Database],
            part => Assert.InRange(outcome.ShareOf(part), 0.24, 0.26));
    }

    [Fact]
    public void More_engines_on_a_full_machine_gain_nothing_and_on_machines_of_their_own_they_do()
    {
        var alone = ClusterRun.Of(Even, Layout.OneMachine(1), 400_000, 0).PerSecond;
        Assert.InRange(ClusterRun.Of(Even, Layout.OneMachine(3), 400_000, 0).PerSecond, 0.95 * alone, 1.1 * alone);

        var heavy = Even with { Observation = Even.Observation with { Engine = 200, Database = 0.1, Broker = 0.1, Sensor = 1 } };
        var one = ClusterRun.Of(heavy, Layout.Spread(4, 1), 200_000, 0).PerSecond;
        Assert.InRange(one, 36_000, 41_000); // 8 cores / 200 µs
        Assert.InRange(ClusterRun.Of(heavy, Layout.Spread(4, 4), 200_000, 0).PerSecond, 3 * one, 4.1 * one);
    }

    [Fact]
    public void A_slow_disk_is_shared_by_the_batches_of_a_commit()
    {
        var slow = Even with { FlushMicros = 10_000 };
        var outcome = ClusterRun.Of(slow, Layout.OneMachine(1), 100_000, 0);
        var batches = 100_000 / slow.BatchSize;
        Assert.True(outcome.Committed < batches * 0.010, $"{outcome.Committed:F2} s is a flush for each of {batches:F0} batches");
    }

    [Fact]
    public void Demand_grows_with_the_devices()
    {
        var small = Demand.Of(Measured, 1e5);
        var large = Demand.Of(Measured, 1e7);
        Assert.Equal(100, large.Observations / small.Observations, precision: 6);
        Assert.Equal(100, large.YearBytes / small.YearBytes, precision: 6);
        Assert.Equal(1e5 * Measured.Device.ObservationsPerDay * Measured.Device.Peak / 86_400, small.Observations, precision: 3);
    }

    [Theory]
    [InlineData(1e3)]
    [InlineData(1e5)]
    [InlineData(1e7)]
    [InlineData(1e9)]
    public void A_plan_carries_its_devices_and_a_smaller_deployment_would_not(double devices)
    {
        var demand = Demand.Of(Measured, devices);
        var plan = CapacityPlan.For(Measured, demand);
        Assert.All(CapacityPlan.PressuresOf(Measured, demand, plan), pressure => Assert.InRange(pressure.Ratio, 0, 1));
        if (plan.Databases > 1)
            Assert.True(CapacityPlan.PressuresOf(Measured, demand, plan with { Databases = plan.Databases / 2 })[0].Ratio > 1);
    }

    [Fact]
    public void Pressures_come_greatest_first_and_halve_with_twice_the_machines()
    {
        var demand = Demand.Of(Measured, 1e9);
        var one = CapacityPlan.PressuresOf(Measured, demand, new Deployment());
        Assert.Equal(one.OrderByDescending(pressure => pressure.Ratio), one);
        var two = CapacityPlan.PressuresOf(Measured, demand, new Deployment { Engines = 6 });
        Assert.Equal(Of(one, "engines: CPU") / 2, Of(two, "engines: CPU"), precision: 6);

        static double Of(IReadOnlyList<Pressure> pressures, string what) => pressures.Single(pressure => pressure.What == what).Ratio;
    }

    [Theory]
    [InlineData("\"readMicros\": -1", "readMicros")]
    [InlineData("\"readMicros\": 1, \"unknown\": 2", "unknown")]
    [InlineData("\"raedMicros\": 1", "raedMicros")]
    public void Costs_that_are_wrong_are_refused_by_name(string change, string named)
    {
        using var stream = typeof(Costs).Assembly.GetManifestResourceStream("costs.json")!;
        using var reader = new StreamReader(stream);
        var json = System.Text.RegularExpressions.Regex.Replace(reader.ReadToEnd(), "\"readMicros\": [0-9.]+", change);
        var error = Assert.ThrowsAny<Exception>(() => Costs.Parse(json));
        Assert.True(error is JsonException or InvalidDataException);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, "0.5")]
    [InlineData(7, "7")]
    [InlineData(6.94, "6.9")]
    [InlineData(64, "64")]
    [InlineData(1388.9, "1,400")]
    [InlineData(13888889, "14,000,000")]
    public void Numbers_of_tables_have_two_digits_that_count(double value, string text) => Assert.Equal(text, Report.Number(value));

    [Fact]
    public void Tables_of_the_document_are_those_of_the_costs()
    {
        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scale.md"));
        Assert.True(document == MarkedTables.Replace(document, Measured),
            "docs/scale.md is stale: dotnet run --project tools/ScaleSimulator -c Release -- write");
    }

    private static PartCosts Zero() => new() { Sensor = 0, Broker = 0, Engine = 0, Database = 0, Reader = 0, ReaderDatabase = 0 };
}
