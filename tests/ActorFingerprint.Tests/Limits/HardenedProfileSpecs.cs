using System.Globalization;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Policies;
using Xunit;

namespace ActorFingerprint.Tests.Limits;

/// <summary>
/// Each switch of AF-1H (§19) against the attack that it stops: the attack works under the reference profile, does not with the one
/// switch, and the protection that the rule exists for is still there.
/// </summary>
public sealed class HardenedProfileSpecs
{
    private const string OwnerAddress = "203.0.113.50";

    [Fact]
    public void H1_strangers_who_keep_failing_no_longer_lock_the_owner_out_for_a_week()
    {
        Assert.InRange(ShareOfWeekLocked(LimiterProfile.Reference), 0.97, 1.0);
        Assert.Equal(0.0, ShareOfWeekLocked(LimiterProfile.Parse("foreignFailuresSpareTrusted")));

        static double ShareOfWeekLocked(LimiterProfile profile)
        {
            var limits = new LimitsHarness(profile);
            int locked = 0, asked = 0, failures = 0;
            for (limits.Now = 0; limits.Now < 7 * 86_400; limits.Now += 60)
            {
                if (limits.Check(device: "stranger", ip: "198.51.100.7").Decision == LimitDecision.Allow)
                {
                    limits.Fail(device: "stranger", ip: "198.51.100.7");
                    failures++;
                }
                if (limits.Now < 3_600) continue;
                asked++;
                var owner = limits.Succeed(device: "mine", ip: OwnerAddress, agent: "firefox/1", trusted: true);
                if (owner.Decision == LimitDecision.HardBlock) locked++;
            }
            Assert.InRange(failures, 300, 400);
            return (double)locked / asked;
        }
    }

    [Fact]
    public void H1_still_stops_the_strangers_and_a_trusted_session_that_added_to_the_score()
    {
        var limits = new LimitsHarness(LimiterProfile.Parse("foreignFailuresSpareTrusted"));
        for (var i = 0; i < 3; i++) limits.Fail(device: "stranger", ip: "198.51.100.7");
        Assert.Equal(LimitDecision.HardBlock, limits.Check(device: "stranger", ip: "198.51.100.7").Decision);
        Assert.Equal(LimitDecision.Allow, limits.Check(device: "mine", ip: OwnerAddress, trusted: true).Decision);
        Assert.Equal(LimitDecision.HardBlock, limits.Fail(device: null, ip: OwnerAddress, trusted: true).Decision);
        limits.Now = 1;
        Assert.Equal(LimitDecision.HardBlock, limits.Check(device: "mine", ip: OwnerAddress, trusted: true).Decision);
    }

    [Fact]
    public void H2_twelve_checks_no_longer_lock_an_account()
    {
        Assert.Equal((LimitDecision.HardBlock, 4), AfterTwelveChecks(LimiterProfile.Reference, LimitCommand.Check));
        Assert.Equal((LimitDecision.Allow, 0), AfterTwelveChecks(LimiterProfile.Parse("distributedNeedsFailure"), LimitCommand.Check));
        Assert.Equal((LimitDecision.Allow, 0), AfterTwelveChecks(LimiterProfile.Parse("distributedNeedsFailure"), LimitCommand.Failure));

        static (LimitDecision, int) AfterTwelveChecks(LimiterProfile profile, LimitCommand command)
        {
            var high = PolicyPresets.Login with { Auth = PolicyPresets.Login.Auth! with { K4 = new(1_000, 1_001, 1_002) } };
            var limits = new LimitsHarness(profile, policies: [high]);
            for (var window = 0; window < 3; window++)
                for (var n = 0; n < 4; n++)
                {
                    limits.Now = window * 700 + n;
                    limits.Decide(limits.Request(command, device: $"bot{window}.{n}", ip: $"203.0.113.{window * 10 + n}"));
                }
            limits.Now += 10;
            if (command == LimitCommand.Failure)
                Assert.Equal(4, limits.Check(device: "stranger", ip: "192.0.2.1").Level);
            var owner = limits.Check(device: "mine", ip: OwnerAddress, trusted: true);
            return (owner.Decision, owner.Level);
        }
    }

    [Fact]
    public void H3_two_users_behind_one_NAT_with_one_browser_version_no_longer_trip_churn()
    {
        Assert.Equal(LimitReasons.Churn, TwoUsersComeTwice(LimiterProfile.Reference));
        Assert.Equal(LimitReasons.None, TwoUsersComeTwice(LimiterProfile.Parse("churnUnverifiedFailures")));

        static LimitReasons TwoUsersComeTwice(LimiterProfile profile)
        {
            var limits = new LimitsHarness(profile);
            var last = LimitReasons.None;
            for (limits.Now = 0; limits.Now < 3; limits.Now++)
                last = limits.Check(account: $"user{limits.Now % 2}", device: $"laptop{limits.Now % 2}").Reasons;
            return last;
        }
    }

    [Fact]
    public void H3_still_blocks_eight_devices_that_fail()
    {
        var limits = new LimitsHarness(LimiterProfile.Parse("churnUnverifiedFailures"));
        for (var n = 0; n < 7; n++) Assert.Equal(LimitReasons.None, limits.Fail(account: $"user{n}", device: $"bot{n}").Reasons);
        Assert.Equal(LimitReasons.Churn, limits.Fail(account: "user7", device: "bot7").Reasons);
    }

    [Fact]
    public void H4_a_NAT_peer_no_longer_blocks_a_trusted_user()
    {
        Assert.InRange(ShareBlocked(LimiterProfile.Reference), 0.9, 1.0);
        Assert.Equal(0.0, ShareBlocked(LimiterProfile.Parse("trustedSkipsK2")));
        Assert.InRange(ShareBlocked(LimiterProfile.Parse("churnUnverifiedFailures")), 0.9, 1.0);

        static double ShareBlocked(LimiterProfile profile)
        {
            var limits = new LimitsHarness(profile);
            int blocked = 0, asked = 0;
            for (limits.Now = 0; limits.Now < 3_600; limits.Now++)
            {
                limits.Fail(account: $"victim{limits.Now}", device: $"fresh{limits.Now}");
                if (limits.Now % 10 != 5) continue;
                asked++;
                if (limits.Check(account: "owner", device: "mine", trusted: true).Decision == LimitDecision.HardBlock) blocked++;
            }
            return (double)blocked / asked;
        }
    }

    [Fact]
    public void H5_five_honest_users_with_right_passwords_no_longer_block_their_office()
    {
        Assert.Equal(LimitReasons.CredentialSpray, FifthUser(LimiterProfile.Reference));
        Assert.Equal(LimitReasons.None, FifthUser(LimiterProfile.Parse("sprayNeedsFailure")));

        static LimitReasons FifthUser(LimiterProfile profile)
        {
            var limits = new LimitsHarness(profile);
            var last = LimitReasons.None;
            for (var n = 0; n < 5; n++)
            {
                last = limits.Check(account: $"user{n}", device: null, agent: $"chrome/{n}").Reasons;
                limits.Succeed(account: $"user{n}", device: null, agent: $"chrome/{n}");
            }
            return last;
        }
    }

    [Fact]
    public void H5_still_blocks_five_subjects_that_fail_but_publishes_once_per_window()
    {
        var limits = new LimitsHarness(LimiterProfile.Parse("sprayNeedsFailure"));
        for (var n = 0; n < 4; n++) Assert.Equal(LimitReasons.None, limits.Fail(account: $"user{n}", device: null).Reasons);
        Assert.Equal(LimitReasons.CredentialSpray, limits.Fail(account: "user4", device: null).Reasons);
        limits.Now = 30;
        Assert.Equal(LimitReasons.ActiveBlock, limits.Check(account: "user9", device: null).Reasons);
        limits.Now = 61;
        Assert.Equal(LimitReasons.None, limits.Fail(account: "user5", device: null).Reasons);
    }

    [Fact]
    public void H6_sixty_four_slash_64s_no_longer_block_unrelated_users_of_a_slash_32()
    {
        var (blocked, active) = UnrelatedUsersBlocked(LimiterProfile.Reference);
        Assert.InRange(blocked, 95, 100);
        Assert.True(active);
        Assert.Equal((0, true), UnrelatedUsersBlocked(LimiterProfile.Parse("macroTelemetryOnly")));

        static (int Blocked, bool Reported) UnrelatedUsersBlocked(LimiterProfile profile)
        {
            var limits = new LimitsHarness(profile);
            for (var n = 0; n < 64; n++)
                limits.Check(account: $"bot{n}", device: null, ip: Address(n / 8, n / 2 % 4, n % 2), agent: $"chrome/{n}");
            int blocked = 0;
            var reported = false;
            for (var n = 0; n < 100; n++)
            {
                var answer = limits.Check(account: $"user{n}", device: null, ip: Address(100 + n, 1, 1), agent: $"firefox/{n}");
                if (answer.Decision == LimitDecision.HardBlock) blocked++;
                reported |= answer.Signals.HasFlag(LimitSignals.MacroScope32);
            }
            return (blocked, reported);
        }

        static string Address(int slash40, int slash48, int slash64) =>
            string.Create(CultureInfo.InvariantCulture, $"2001:db8:{slash40:x2}{slash48:x2}:{slash64:x}::1");
    }

    [Fact]
    public void H7_one_typo_while_degraded_no_longer_denies_the_correct_success()
    {
        Assert.Equal((LimitDecision.HardBlock, 60L), AfterATypo(LimiterProfile.Reference, LimitCommand.Success));
        Assert.Equal((LimitDecision.Allow, 0L), AfterATypo(LimiterProfile.Parse("degradedCountsChecksOnly"), LimitCommand.Success));

        static (LimitDecision, long) AfterATypo(LimiterProfile profile, LimitCommand last)
        {
            var limits = Degraded(profile);
            limits.Check(device: "mine");
            limits.Fail(device: "mine");
            limits.Check(device: "mine");
            var answer = limits.Decide(limits.Request(last, device: "mine"));
            return (answer.Decision, answer.RetryAfterSeconds);
        }
    }

    [Fact]
    public void H7_still_caps_checks_and_tells_the_rest_of_the_window()
    {
        var limits = Degraded(LimiterProfile.Parse("degradedCountsChecksOnly"));
        for (var n = 0; n < 3; n++) Assert.Equal(LimitDecision.Allow, limits.Check().Decision);
        limits.Now += 100;
        Assert.Equal(500, limits.Check().RetryAfterSeconds);
    }

    [Fact]
    public void H8_a_slow_trickle_of_failures_no_longer_keeps_the_policy_closed_for_the_whole_outage()
    {
        Assert.Equal(60, Refused(LimiterProfile.Reference));
        Assert.Equal(4, Refused(LimiterProfile.Parse("slowBreaker")));

        static int Refused(LimiterProfile profile)
        {
            var limits = new LimitsHarness(profile);
            limits.Engine.StoreAvailable = false;
            var refused = 0;
            for (var n = 0; n < 60; n++, limits.Now += 11)
                if (limits.Check(account: $"user{n}").Mode == LimitMode.FailClosed) refused++;
            return refused;
        }
    }

    [Fact]
    public void H9_one_call_with_an_enormous_cost_no_longer_blocks_half_a_day_later()
    {
        Assert.Equal(LimitDecision.HardBlock, TwelveHoursAfter(LimiterProfile.Reference));
        Assert.Equal(LimitDecision.Allow, TwelveHoursAfter(LimiterProfile.Parse("apiScoreCap")));

        static LimitDecision TwelveHoursAfter(LimiterProfile profile)
        {
            var limits = new LimitsHarness(profile) { Policy = "api_heavy" };
            Assert.Equal(LimitDecision.HardBlock, limits.Access(10_000_000).Decision);
            limits.Now = 43_200;
            return limits.Access(1).Decision;
        }
    }

    [Fact]
    public void Profiles_are_named_as_an_operator_writes_them()
    {
        Assert.Equal(9, LimiterProfile.SwitchNames.Count);
        Assert.Equal(LimiterProfile.Hardened, LimiterProfile.Parse(LimiterProfile.SwitchNames));
        Assert.Equal(LimiterProfile.Reference, LimiterProfile.Parse("reference"));
        Assert.Equal(
            HardenedSwitches.TrustedSkipsK2 | HardenedSwitches.SlowBreaker, LimiterProfile.Parse("slowBreaker", "trustedSkipsK2").Switches);
        var error = Assert.Throws<ArgumentException>(() => LimiterProfile.Parse("strict"));
        Assert.Contains("'strict'", error.Message, StringComparison.Ordinal);
    }

    private static LimitsHarness Degraded(LimiterProfile profile)
    {
        var limits = new LimitsHarness(profile);
        limits.Engine.StoreAvailable = false;
        for (var n = 0; n < 3; n++) limits.Check(account: "someone else", device: null);
        return limits;
    }
}
