using System.Globalization;
using System.Text;
using ActorFingerprint.Tools.ScaleSimulator.Planning;
using ActorFingerprint.Tools.ScaleSimulator.Simulation;

namespace ActorFingerprint.Tools.ScaleSimulator;

/// <summary>The tables of docs/scale.md, as Markdown.</summary>
internal static class Report
{
    /// <summary>Observations of the capture that <c>tools/bench-cluster</c> reads, and events for each.</summary>
    public const int BenchObservations = 278_620;

    /// <summary>Events of that capture.</summary>
    public const int BenchEvents = 29_588;

    private static readonly string[] Parts = [ClusterRun.Node, ClusterRun.Sensor, ClusterRun.Broker, ClusterRun.Engine, ClusterRun.Database];
    private static readonly double[] Sizes = [1e5, 1e7, 1e9];

    /// <summary>Names of the tables and how each is made.</summary>
    public static IReadOnlyDictionary<string, Func<Costs, string>> Tables { get; } = new Dictionary<string, Func<Costs, string>>(StringComparer.Ordinal)
    {
        ["one-machine"] = OneMachine,
        ["spread"] = Spread,
        ["decisions"] = Decisions,
        ["demand"] = Demands,
        ["first"] = First,
        ["plans"] = Plans,
    };

    /// <summary>One, two and three engines and everything else on one machine of two cores.</summary>
    public static string OneMachine(Costs costs) => Runs(costs, BenchObservations, [.. Enumerable.Range(0, 4).Select(Layout.OneMachine)]);

    /// <summary>Each part on machines of its own.</summary>
    public static string Spread(Costs costs) => Runs(costs, 10 * BenchObservations,
        [Layout.Spread(1, 1), Layout.Spread(4, 1), Layout.Spread(4, 2), Layout.Spread(4, 4), Layout.Spread(8, 8), Layout.Spread(16, 8), Layout.Spread(16, 16, 2)]);

    /// <summary>What an engine decides for callers of the limiter.</summary>
    public static string Decisions(Costs costs)
    {
        var decision = costs.Decision;
        var engine = costs.Limits.Cores * costs.Limits.Utilisation * 1e6;
        return Table(["asked", "CPU", "decisions/s of an engine"],
            new (string Where, double Micros)[]
            {
                ("in the process that owns the keys", decision.Micros),
                ("over HTTP, of their owner", decision.Micros + decision.HttpMicros),
                ("over HTTP, of another node", decision.Micros + decision.HttpMicros + decision.AskMicros),
            }.Select(row => new[] { row.Where, $"{Number(row.Micros)} µs", Number(engine / row.Micros) }));
    }

    /// <summary>What devices ask for.</summary>
    public static string Demands(Costs costs) => Table(["devices", "observations/s", "events/s", "messages/s", "broker", "log", "after a year", "actors"],
        Sizes.Select(devices => Demand.Of(costs, devices)).Select(demand => new[]
        {
            Power(demand.Devices), Number(demand.Observations), Number(demand.Events), Number(demand.Batches), Bytes(demand.BrokerBytes) + "/s",
            Bytes(demand.LogBytes) + "/s", Bytes(demand.YearBytes), Bytes(demand.ActorBytes),
        }));

    /// <summary>What is fullest in the usual deployment.</summary>
    public static string First(Costs costs) => Table(["devices", "part", "full to", "what helps"],
        Sizes.SelectMany(devices => CapacityPlan.PressuresOf(costs, Demand.Of(costs, devices), new Deployment()).Take(5)
            .Select(pressure => new[] { Power(devices), pressure.What, Share(pressure.Ratio), pressure.Remedy })));

    /// <summary>What carries them.</summary>
    public static string Plans(Costs costs) => Table(["devices", "sensors", "engines", "brokers of 3", "databases", "shards each", "fullest then"],
        Sizes.Select(devices =>
        {
            var demand = Demand.Of(costs, devices);
            var plan = CapacityPlan.For(costs, demand);
            var worst = CapacityPlan.PressuresOf(costs, demand, plan)[0];
            return new[]
            {
                Power(devices), Number(plan.Sensors), Number(plan.Engines), Number(plan.Brokers), Number(plan.Databases), Number(plan.Shards),
                $"{worst.What} {Share(worst.Ratio)}",
            };
        }));

    private static string Runs(Costs costs, int observations, IReadOnlyList<Layout> layouts)
    {
        var outcomes = layouts.Select(layout => ClusterRun.Of(costs, layout, observations, BenchEvents / (double)BenchObservations)).ToArray();
        return Table(["layout", "observations/s", "for each core-second", "read side after", "CPU", .. Parts.Where(part => outcomes.Any(o => o.Cpu.ContainsKey(part)))],
            outcomes.Select(outcome => (string[])
            [
                outcome.Layout.Name, Number(outcome.PerSecond), Number(outcome.Observations / outcome.TotalCpu), outcome.ReadSide > outcome.Committed
                    ? string.Create(CultureInfo.InvariantCulture, $"{outcome.ReadSide - outcome.Committed:F1} s") : "–",
                string.Create(CultureInfo.InvariantCulture, $"{outcome.TotalCpu:F1} s"),
                .. Parts.Where(part => outcomes.Any(o => o.Cpu.ContainsKey(part))).Select(part => outcome.Cpu.ContainsKey(part) ? Share(outcome.ShareOf(part)) : "–"),
            ]));
    }

    private static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        Append(text, head);
        Append(text, [.. head.Select(_ => "---")]);
        foreach (var row in rows) Append(text, row);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Power(double value) => $"10{string.Concat(Math.Round(Math.Log10(value)).ToString(CultureInfo.InvariantCulture).Select(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']))}";

    private static string Share(double value) => value < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:F0} %")
        : $"{Number(value)} ×";

    /// <summary>Two significant digits, thousands apart.</summary>
    internal static string Number(double value)
    {
        if (value is < 100 and >= 1 && value == Math.Floor(value)) return value.ToString("F0", CultureInfo.InvariantCulture);
        if (value < 10) return value.ToString(value < 1 ? "0.##" : "0.#", CultureInfo.InvariantCulture);
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)) - 1);
        return (Math.Round(value / unit) * unit).ToString("N0", CultureInfo.InvariantCulture);
    }

    private static string Bytes(double value)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var at = 0;
        for (; value >= 1000 && at < units.Length - 1; at++) value /= 1000;
        return $"{Number(value)} {units[at]}";
    }
}
