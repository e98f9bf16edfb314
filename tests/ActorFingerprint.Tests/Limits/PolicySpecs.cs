using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Policies;
using Xunit;

namespace ActorFingerprint.Tests.Limits;

/// <summary>AF-1 §16: custom policies, what is refused at registration, and what they may do.</summary>
public sealed class PolicySpecs
{
    private static readonly AuthRules Auth = PolicyPresets.Login.Auth!;

    private static readonly LimiterPolicy Custom = PolicyPresets.Login with { Name = "vault" };

    public static TheoryData<string, string> Refusals => new()
    {
        { "both", "either accounts or an API" },
        { "neither", "either accounts or an API" },
        { "no k4 thresholds", "K4 thresholds" },
        { "falling k4 thresholds", "K4 thresholds" },
        { "no k4 points", "add to K4" },
        { "no device points", "device-aware" },
        { "no budget", "budget" },
        { "fail open", "fail closed" },
        { "no api limit", "limits" },
        { "no access points", "limits" },
        { "account cap for api", "per account" },
        { "bad name", "name" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_policy_that_could_not_protect_is_refused_with_the_reason(string what, string reason)
    {
        var api = PolicyPresets.ApiHeavy.Api!;
        var policy = what switch
        {
            "both" => Custom with { Api = api },
            "neither" => Custom with { Auth = null },
            "no k4 thresholds" => Custom with { Auth = Auth with { K4 = default } },
            "falling k4 thresholds" => Custom with { Auth = Auth with { K4 = new(5, 4, 12) } },
            "no k4 points" => Custom with { Auth = Auth with { NewDevice = default } },
            "no device points" => Custom with { Auth = Auth with { KnownDevice = default } },
            "no budget" => Custom with { Auth = Auth with { Budget = Auth.Budget with { Threshold = 0 } } },
            "fail open" => Custom with { OnStoreFailure = StoreFailurePolicy.FailOpen },
            "no api limit" => PolicyPresets.ApiHeavy with { Api = api with { K3Limit = 0 } },
            "no access points" => PolicyPresets.ApiHeavy with { Api = api with { AccessPoints = 0 } },
            "account cap for api" => PolicyPresets.ApiHeavy with { Degraded = PolicyPresets.ApiHeavy.Degraded! with { PerAccount = 3 } },
            _ => Custom with { Name = "Log In" },
        };
        var error = Assert.Throws<ArgumentException>(() => new PolicyRegistry(policy));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_presets_pass_their_own_checks() => Assert.All(PolicyPresets.All, p => Assert.Empty(PolicyRegistry.Check(p)));

    [Fact]
    public void A_known_device_may_be_given_thresholds_of_its_own_which_may_pass_L4()
    {
        var strict = Custom with { Auth = Auth with { K5 = new(2, 4, 6) } };
        var limits = new LimitsHarness(policies: [strict]) { Policy = "vault" };
        var levels = new List<int>();
        while (levels.Count < 6)
        {
            var answer = limits.Fail(verified: true);
            if (answer.Reasons.HasFlag(LimitReasons.ActiveBlock))
            {
                limits.Now += answer.RetryAfterSeconds;
                continue;
            }
            levels.Add(answer.Level);
            limits.Now++;
        }
        Assert.Equal([1, 2, 3, 4, 5, 1], levels); // six hours at L5 outlast score and cycles
        Assert.Equal(LimitDecision.Allow, limits.Check(device: "other").Decision);
    }

    [Fact]
    public void Soft_blocks_of_an_address_are_kept_only_when_nothing_hard_wins()
    {
        var custom = Custom with { Auth = Auth with { NewDevice = new(K2: 3, K4: 3), K2 = new(3, 9, 12) } };
        var limits = new LimitsHarness(policies: [custom]) { Policy = "vault" };
        Assert.Equal(LimitDecision.SoftBlock, limits.Fail().Decision);
        Assert.Equal(1, limits.Engine.Read(limits.Request(LimitCommand.Check)).K2!.Value.Level);
        limits.Now = 15;
        limits.Fail();
        limits.Now = 30;
        Assert.Equal(LimitDecision.HardBlock, limits.Fail().Decision);
        var view = limits.Engine.Read(limits.Request(LimitCommand.Check));
        Assert.Equal((2, 2), (view.K2!.Value.Level, view.K4!.Value.Level));
    }

    [Fact]
    public void A_weak_fingerprint_never_hard_blocks_a_device()
    {
        var custom = Custom with { Auth = Auth with { NewDevice = new(K3: 9, K4: 1), K3 = new(3, 6, 100) } };
        var limits = new LimitsHarness(policies: [custom]) { Policy = "vault" };
        limits.Decide(limits.Request(LimitCommand.Failure, confidence: ActorFingerprint.Limits.Identity.DeviceConfidence.Low));
        var view = limits.Engine.Read(limits.Request(LimitCommand.Check));
        Assert.Equal((2, 0), (view.K2!.Value.Level, view.K3!.Value.Level));
    }

    [Fact]
    public void Churn_is_configurable()
    {
        var limits = new LimitsHarness(policies: [PolicyPresets.Login with { ChurnThreshold = 8 }]);
        for (var n = 0; n < 6; n++) Assert.Equal(LimitReasons.None, limits.Check(account: null, device: $"d{n}").Reasons);
        limits.Check(account: null, device: "d6");
        Assert.Equal(LimitReasons.Churn, limits.Check(account: null, device: "d7").Reasons);
    }

    [Fact]
    public void A_policy_without_local_caps_stays_closed_for_the_whole_outage()
    {
        var limits = new LimitsHarness(policies: [Custom with { Degraded = null }]) { Policy = "vault" };
        limits.Engine.StoreAvailable = false;
        for (limits.Now = 0; limits.Now < 400; limits.Now += 7)
        {
            var answer = limits.Check();
            Assert.Equal((LimitDecision.HardBlock, LimitMode.FailClosed), (answer.Decision, answer.Mode));
        }
    }
}
