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

/// <summary>The same questions to the one-threaded engine and to the region: shards and journal must change no answer.</summary>
public sealed class LimiterEquivalenceSpecs
{
    public static TheoryData<string> Files => [.. OwnFiles().Concat(SharedFiles())];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_scenario_gets_the_answers_of_the_engine(string file)
    {
        var loaded = ScenarioFile.Load(file);
        foreach (var scenario in loaded.Scenarios) Play(loaded.Format, scenario);
    }

    [Fact]
    public void Random_histories_with_rotations_outages_and_ipv6_get_the_answers_of_the_engine()
    {
        for (var seed = 0; seed < 84; seed++)
        {
            RegionHarness? region = null;
            var history = new ModelHistory(seed)
            {
                Decided = (request, expected) =>
                {
                    region!.MoveTo(request.AtSeconds);
                    var actual = region.Decide(request);
                    return actual == expected ? null : $"engine {expected}{Environment.NewLine}region {actual}";
                },
                Rotated = secrets => region!.Region.Use(secrets),
                StoreSwitched = up => region!.Region.IsCutOff = !up,
            };
            region = new RegionHarness(seed, options: RegionHarness.Small with
            {
                Policies = history.Policies,
                Profile = LimiterProfile.Parse(history.Switches),
            }, secrets: LimiterSecrets.Create("key-0", "fp-0"));
            if (history.Run(400) is { } difference) Assert.Fail($"seed {seed}, theme '{history.Theme}': {difference}");
            region.Stop();
        }
    }

    private static void Play(ScenarioFormat format, Scenario scenario)
    {
        var policies = new PolicyRegistry(scenario.Overrides.Select(o => Override(o.Key, o.Value)));
        var profile = LimiterProfile.Parse(scenario.Profile);
        var secrets = LimiterSecrets.Create("key", "fp");
        var engine = new LimiterEngine(new() { Secrets = secrets, Policies = policies, Profile = profile });
        var region = new RegionHarness(
            options: RegionHarness.Small with { Policies = policies, Profile = profile }, secrets: secrets);
        var generation = 0;
        foreach (var step in scenario.Steps)
            for (var run = 0; run < step.Repeat; run++)
            {
                var at = format.BaseTime + step.At + run * step.EverySeconds;
                switch (step.Op)
                {
                    case "store":
                        engine.StoreAvailable = step.State == "up";
                        region.Region.IsCutOff = !engine.StoreAvailable;
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
                        region.Region.Use(engine.Secrets);
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
