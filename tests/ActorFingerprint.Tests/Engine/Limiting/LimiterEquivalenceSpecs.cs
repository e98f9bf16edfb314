using System.Text;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Simulation;
using ActorFingerprint.Tests.Limits.Model;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Limiting;

/// <summary>
/// The same questions to the one-threaded engine and to a region, or to three that share the shards and ask each other: shards, journal and nodes
/// must change no answer. Breakers and local caps belong to a node, so where the store fails all ask the same one.
/// </summary>
public sealed class LimiterEquivalenceSpecs
{
    public static TheoryData<string> Files => [.. OwnFiles().Concat(SharedFiles())];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_scenario_gets_the_answers_of_the_engine(string file)
    {
        var loaded = ScenarioFile.Load(file);
        foreach (var scenario in loaded.Scenarios) Play(loaded.Format, scenario, (options, secrets) => new RegionHarness(options: options, secrets: secrets));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_scenario_gets_the_same_answers_of_three_regions_whose_shards_move_in_between(string file)
    {
        var loaded = ScenarioFile.Load(file);
        var seed = 0;
        foreach (var scenario in loaded.Scenarios)
        {
            var fails = scenario.Steps.Any(s => s.Op == "store");
            Play(loaded.Format, scenario, (options, secrets) => new ClusterHarness(++seed, options: options, secrets: secrets)
            {
                Entry = fails ? 0 : null,
                MovesEvery = fails ? 0 : 3,
            });
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Random_histories_with_rotations_outages_and_ipv6_get_the_answers_of_the_engine(int regions)
    {
        for (var seed = 0; seed < (regions == 1 ? 84 : 63); seed++)
        {
            ILimiterHarness? region = null;
            var history = new ModelHistory(seed)
            {
                Decided = (request, expected) =>
                {
                    region!.MoveTo(request.AtSeconds);
                    var actual = region.Decide(request);
                    return actual == expected ? null : $"engine {expected}{Environment.NewLine}region {actual}";
                },
                Rotated = secrets => region!.Use(secrets),
                StoreSwitched = up => region!.IsCutOff = !up,
            };
            var options = RegionHarness.Small with { Policies = history.Policies, Profile = LimiterProfile.Parse(history.Switches) };
            var secrets = LimiterSecrets.Create("key-0", "fp-0");
            region = regions == 1
                ? new RegionHarness(seed, options: options, secrets: secrets)
                : new ClusterHarness(seed, options: options, secrets: secrets, regions: regions)
                {
                    Entry = history.HasOutages ? 0 : null,
                    MovesEvery = history.HasOutages ? 0 : 5,
                };
            if (history.Run(400) is { } difference) Assert.Fail($"seed {seed}, theme '{history.Theme}': {difference}");
            region.Stop();
        }
    }

    private static void Play(ScenarioFormat format, Scenario scenario, Func<LimiterRegionOptions, LimiterSecrets, ILimiterHarness> open)
    {
        var policies = new PolicyRegistry(scenario.Overrides.Select(o => Override(o.Key, o.Value)));
        var profile = LimiterProfile.Parse(scenario.Profile);
        var secrets = LimiterSecrets.Create("key", "fp");
        var engine = new LimiterEngine(new() { Secrets = secrets, Policies = policies, Profile = profile });
        var region = open(RegionHarness.Small with { Policies = policies, Profile = profile }, secrets);
        var generation = 0;
        foreach (var step in scenario.Steps)
            for (var run = 0; run < step.Repeat; run++)
            {
                var at = format.BaseTime + step.At + run * step.EverySeconds;
                switch (step.Op)
                {
                    case "store":
                        engine.StoreAvailable = step.State == "up";
                        region.IsCutOff = !engine.StoreAvailable;
                        break;
                    case "rotate":
                        var kinds = step.Which switch
                        {
                            "outer" => SecretKinds.Key,
                            "fingerprint" => SecretKinds.Fingerprint,
                            _ => SecretKinds.Both,
                        };
                        generation++;
                        engine.TryRotate(kinds, Encoding.UTF8.GetBytes($"k{generation}"), Encoding.UTF8.GetBytes($"f{generation}"), at);
                        region.Use(engine.Secrets);
                        break;
                    case null:
                        var request = Request(step, at, engine.Secrets);
                        region.MoveTo(at);
                        Assert.Equal((scenario.Id, step.At, engine.Decide(request)), (scenario.Id, step.At, region.Decide(request)));
                        break;
                }
            }
        region.Stop();
    }

    private static LimitRequest Request(ScenarioStep step, long at, LimiterSecrets secrets)
    {
        Assert.True(AddressScope.TryParse(step.Ip, out var address));
        var device = step.Device ?? new ScenarioDevice();
        return new LimitRequest
        {
            Command = Enum.Parse<LimitCommand>(step.Cmd!, ignoreCase: true),
            Policy = step.Policy!,
            Address = address,
            AccountId = step.Account,
            CorrelationId = step.CorrelationId,
            Cost = step.Cost ?? 1,
            AtTicks = DateTime.UnixEpoch.Ticks + at * TimeSpan.TicksPerSecond,
            Device = new DeviceIdentityResolver(secrets).Resolve(new DeviceSignals { SessionDeviceId = device.Fp }) with
            {
                UserAgent = step.Ua ?? "other/0",
                Confidence = Enum.Parse<DeviceConfidence>(device.Confidence, ignoreCase: true),
                TrustedSession = device.Trusted,
                PreviouslyVerified = device.Verified,
            },
        };
    }

    private static LimiterPolicy Override(string name, ScenarioOverride change)
    {
        var preset = PolicyPresets.All.Single(p => p.Name == name);
        var levels = change.Thresholds["k4"];
        return preset with { Auth = preset.Auth! with { K4 = new(levels[0], levels[1], levels[2]) } };
    }

    private static string[] OwnFiles() => Directory.GetFiles(Path.Combine(Repository.Root, "tests", "data", "limits"), "*.json");

    private static IEnumerable<string> SharedFiles() => Repository.Shared is null
        ? []
        : ((string[])["scenarios.json", "traces.json"]).Select(f => Path.Combine(Repository.Shared, "corpus", "limiter", f));
}
