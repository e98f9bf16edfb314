using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Node.Configuration;
using Xunit;

namespace ActorFingerprint.Tests.Node.Configuration;

/// <summary>Profile, policies and secrets of the limiter by configuration.</summary>
public sealed class LimiterOptionsSpecs
{
    private const string Secret = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    [Fact]
    public void Without_a_word_the_presets_and_the_reference_profile_are_in_force()
    {
        var limiter = Load("").Limiter;
        Assert.Equal(PolicyPresets.All.OrderBy(p => p.Name, StringComparer.Ordinal), limiter.ToRegistry().All);
        Assert.Equal(LimiterProfile.Reference, limiter.ToProfile());
        Assert.False(limiter.Secrets.AreGiven);
    }

    [Fact]
    public void A_preset_is_changed_where_something_is_written_and_nowhere_else()
    {
        var login = PolicyOf("login", "login { churn-threshold = 8, auth.budget.cooldown = 2h }");
        var preset = PolicyPresets.Login;
        Assert.Equal(
            preset with { ChurnThreshold = 8, Auth = preset.Auth! with { Budget = preset.Auth.Budget with { CooldownSeconds = 7_200 } } }, login);
    }

    [Fact]
    public void A_policy_of_ones_own_begins_with_a_preset()
    {
        var strict = PolicyOf("strict", "strict { from = login, auth { k4 = [4, 6, 9], k5 = [10, 16, 24], new-device.k4 = 4 }, expect-client-hints = yes }");
        Assert.Equal(
            ("strict", new Thresholds(4, 6, 9), new Thresholds(10, 16, 24), new KeyPoints(K4: 4), true, PolicyPresets.Login.Degraded),
            (strict.Name, strict.Auth!.K4, strict.Auth.K5, strict.Auth.NewDevice, strict.ExpectClientHints, strict.Degraded));
    }

    [Fact]
    public void A_policy_may_be_written_from_nothing()
    {
        var search = PolicyOf("search", """
            search { api { k2-limit = 10, k3-limit = 20, k1-limit = 40, access-points = 2 }, on-store-failure = open,
                     degraded { window = 1m, per-address = 30, per-agent = 5 } }
            """);
        Assert.Equal(
            new LimiterPolicy
            {
                Name = "search",
                Api = new() { K2Limit = 10, K3Limit = 20, K1Limit = 40, AccessPoints = 2 },
                OnStoreFailure = StoreFailurePolicy.FailOpen,
                Degraded = new() { WindowSeconds = 60, PerAddress = 30, PerAgent = 5 },
            }, search);
    }

    [Theory]
    [InlineData("mine { }", null)] // an empty block is nothing
    [InlineData("mine.churn-threshold = 5", "limiter.policies.mine: it must guard either accounts or an API, not both and not neither")]
    [InlineData("mine { from = logon }", "limiter.policies.mine: from = 'logon' is no preset: write one of login, otp, api_heavy")]
    [InlineData("mine { from = login, auth.k4 = [8, 5, 12] }", "limiter.policies.mine: K4 thresholds must be positive and non-decreasing")]
    [InlineData("mine { from = login, on-store-failure = open }", "limiter.policies.mine: a policy that guards accounts must fail closed")]
    [InlineData("mine { from = login, api { k1-limit = 1, k2-limit = 1, k3-limit = 1 } }",
        "limiter.policies.mine: it must guard either accounts or an API, not both and not neither")]
    [InlineData("mine { from = api_heavy, api.access-points = 0 }",
        "limiter.policies.mine: K1, K2 and K3 limits and the points of an access must be positive")]
    [InlineData("Mine { from = login }", "limiter.policies.Mine: its name must be 1 to 64 of a-z 0-9 _ - .")]
    [InlineData("mine { from = login, auth.k4 = [5, 8] }", "limiter.policies.mine.auth.k4: is not three numbers, such as [5, 8, 12]")]
    [InlineData("mine { from = login, auth.k4 = [5, 8, many] }", "limiter.policies.mine.auth.k4: 'many' is not a whole number")]
    [InlineData("mine { from = login, auth.budget.cooldown = 60 }", "limiter.policies.mine.auth.budget.cooldown: '60' is not " + Units.DurationForm)]
    [InlineData("mine { from = login, chrun-threshold = 8 }",
        "limiter.policies.mine.chrun-threshold: no such key: did you mean limiter.policies.mine.churn-threshold?")]
    [InlineData("mine = login", "limiter.policies.mine: is a block of keys: write limiter.policies.mine { … }")]
    public void A_policy_that_cannot_be_registered_is_a_problem_of_the_configuration_with_its_line(string policy, string? problem)
    {
        if (problem is null) Assert.Empty(Load($"limiter.policies {{ {policy} }}").Limiter.Policies);
        else AssertProblem($"# first line\nlimiter.policies {{ {policy} }}", problem);
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_policy_is_told_a_line_each()
    {
        var error = Assert.Throws<ConfigurationException>(() => Load("limiter.policies.mine.auth.k4 = [5, 8, 12]"));
        Assert.Equal(
            [
                "a failure must add to K4", "a failure must add to a device-aware key (K5 of known devices, or K3)",
                "it needs a budget: threshold ≥ 1, level 1–6, trusted floor 1–level, cooldown 1–86400 s",
            ], error.Problems.Select(p => p.Message));
    }

    [Fact]
    public void A_profile_is_named_or_put_together_from_switches()
    {
        Assert.Equal(LimiterProfile.Hardened, Load("limiter.profile = hardened").Limiter.ToProfile());
        Assert.Equal(
            new LimiterProfile(HardenedSwitches.SlowBreaker | HardenedSwitches.ApiScoreCap),
            Load("limiter.profile = [slowBreaker, apiScoreCap]").Limiter.ToProfile());
        AssertProblem("\nlimiter.profile = [hard]", "limiter.profile: 'hard' is no profile and no switch: write reference, hardened, or some of "
            + string.Join(", ", LimiterProfile.SwitchNames));
    }

    [Fact]
    public void Secrets_may_be_given_and_their_predecessors_stay_readable()
    {
        var secrets = Load($"limiter.secrets {{ outer = {Secret}, fingerprint = {Swapped(Secret)}, previous-outer = {Swapped(Swapped(Secret)).Replace('0', 'f')} }}")
            .Limiter.Secrets;
        Assert.True(secrets.AreGiven);
        Assert.True(secrets.ToSecrets(1_735_732_800).HasPrevious);
    }

    [Theory]
    [InlineData("outer = abc, fingerprint = " + Secret, "limiter.secrets.outer: must be 64 hexadecimal digits: make it with openssl rand -hex 32")]
    [InlineData("outer = " + Secret, "limiter.secrets.fingerprint: is missing: give both secrets, or neither")]
    [InlineData("outer = " + Secret + ", fingerprint = " + Secret, "limiter.secrets.fingerprint: equals outer: the two secrets must be independent")]
    [InlineData("previous-outer = " + Secret, "limiter.secrets.previous-outer: has no current secret: set outer too")]
    public void A_secret_that_cannot_be_used_is_refused_and_not_repeated(string secrets, string problem)
    {
        var error = Assert.Throws<ConfigurationException>(() => Load($"limiter.secrets {{ {secrets} }}"));
        Assert.Contains(problem, error.Problems.Select(p => $"{p.Key}: {p.Message}"));
        Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blank_environment_is_refused() =>
        AssertProblem("\nlimiter.environment = \" \"", "limiter.environment: must be 1 to 64 characters and not blank: it is part of every key");

    [Fact]
    public void What_is_shown_reads_back_and_holds_no_secret()
    {
        var text = $"limiter {{ secrets {{ outer = {Secret}, fingerprint = {Swapped(Secret)} }}, policies.mine {{ from = otp, auth {{ k4 = [1, 2, 3] }}, degraded.window = 90s }} }}";
        var shown = EffectiveConfiguration.ToHocon(LoadAll(text));
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        var again = Load(shown.Replace("outer = \"(set)\"", $"outer = {Secret}", StringComparison.Ordinal)
            .Replace("fingerprint = \"(set)\"", $"fingerprint = {Swapped(Secret)}", StringComparison.Ordinal));
        Assert.Equal(Load(text).Limiter.ToRegistry().All, again.Limiter.ToRegistry().All);
    }

    [Fact]
    public void The_example_of_the_documentation_is_sound()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "limiter-profiles.md"));
        var examples = page.Split("```hocon\n").Skip(1).Select(e => e.Split("```")[0]).ToArray();
        Assert.NotEmpty(examples);
        foreach (var example in examples) Load(example);
    }

    private static string Swapped(string secret) => secret[32..] + secret[..32];

    private static LimiterPolicy PolicyOf(string name, string text)
    {
        Assert.True(Load($"limiter.policies {{\n{text}\n}}").Limiter.ToRegistry().TryGet(name, out var policy));
        return policy;
    }

    private static void AssertProblem(string text, string problem)
    {
        var only = Assert.Single(Assert.Throws<ConfigurationException>(() => Load(text)).Problems);
        Assert.Equal(problem, $"{only.Key}: {only.Message}");
        Assert.EndsWith("application.conf(2)", only.Where, StringComparison.Ordinal);
    }

    private static ActorFingerprintOptions Load(string text) => LoadAll(text).Options;

    private static LoadedConfiguration LoadAll(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("application.conf"), text);
        return ConfigurationLoader.Load(folder.File("application.conf"), [], new System.Collections.Hashtable());
    }
}
