using System.Text.Json;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using Xunit;

namespace ActorFingerprint.Tests.Limits.Identity;

/// <summary>AF-1 §5: what makes a fingerprint, what it is worth, and how it outlives a new normalisation.</summary>
public sealed class DeviceIdentitySpecs
{
    private static readonly LimiterSecrets Secrets = LimiterSecrets.Create("k", "f");
    private static readonly DeviceIdentityResolver Resolver = new(Secrets);
    private static readonly DeviceSignals Browser = new() { UserAgent = "Firefox/124.0", AcceptLanguage = "en" };

    [Theory]
    [InlineData(false, false, false, DeviceConfidence.Low, false)]
    [InlineData(true, false, false, DeviceConfidence.Medium, false)]
    [InlineData(false, true, true, DeviceConfidence.High, true)]
    [InlineData(true, true, false, DeviceConfidence.Medium, false)]
    [InlineData(false, true, false, DeviceConfidence.Low, false)]
    [InlineData(true, false, true, DeviceConfidence.Medium, false)]
    public void Confidence_follows_the_signals(bool hints, bool session, bool flag, DeviceConfidence confidence, bool trusted)
    {
        var identity = Resolver.Resolve(Browser with
        {
            ClientHints = hints ? JsonDocument.Parse("""{"platform":"linux"}""").RootElement : null,
            SessionDeviceId = session ? "s1" : null,
            SessionTrusted = flag,
        });
        Assert.Equal((confidence, trusted), (identity.Confidence, identity.TrustedSession));
    }

    [Fact]
    public void A_verified_device_is_known_without_more_confidence()
    {
        var identity = Resolver.Resolve(Browser with { DevicePreviouslyVerified = true });
        Assert.True(identity.KnownForAccount);
        Assert.False(identity.TrustedSession);
        Assert.Equal(DeviceConfidence.Low, identity.Confidence);
    }

    [Fact]
    public void A_fingerprint_is_missing_when_nothing_came_or_when_expected_hints_did_not()
    {
        Assert.Null(Resolver.Resolve(new DeviceSignals { UserAgent = " ", AcceptLanguage = "" }).Fingerprint);
        Assert.NotNull(Resolver.Resolve(new DeviceSignals { AcceptLanguage = "en" }).Fingerprint);
        Assert.NotNull(Resolver.Resolve(Browser).Fingerprint);
        Assert.Null(Resolver.Resolve(Browser, expectClientHints: true).Fingerprint);
        Assert.NotNull(Resolver.Resolve(Browser with { SessionDeviceId = "s" }, expectClientHints: true).Fingerprint);
    }

    [Fact]
    public void The_same_signals_give_the_same_fingerprint_and_others_another()
    {
        var one = Resolver.Resolve(Browser).Fingerprint;
        var same = Browser with { UserAgent = "Mozilla Firefox/124.9 (X11)", AcceptLanguage = "en-GB" };
        Assert.Equal(one, Resolver.Resolve(same).Fingerprint);
        Assert.NotEqual(one, Resolver.Resolve(Browser with { UserAgent = "Firefox/125.0" }).Fingerprint);
        Assert.NotEqual(one, Resolver.Resolve(Browser with { SessionDeviceId = "s" }).Fingerprint);
        Assert.NotEqual(one, new DeviceIdentityResolver(LimiterSecrets.Create("k", "other")).Resolve(Browser).Fingerprint);
    }

    [Fact]
    public void The_fingerprint_of_real_signals_is_the_one_of_the_contract()
    {
        const string contract = "01cb8e5ac5942e8d0a84fe391b3a3932a1dfcd0092b7e93a5752fa624412ef20";
        var secrets = LimiterSecrets.Create("k", "test-fp-1");
        var identity = new DeviceIdentityResolver(secrets).Resolve(new DeviceSignals
        {
            UserAgent = "Mozilla/5.0 Chrome/123.0.0.0 Safari/537.36",
            AcceptLanguage = "en-US,en;q=0.9",
            ClientHints = JsonDocument.Parse("""{"tz":"+60","screen":"1900x1000","platform":"windows"}""").RootElement,
        });
        var request = Failure(new DeviceIdentityResolver(secrets), "any", at: 0) with { Device = identity };
        var keys = new KeyRing(secrets, "test").Derive(PolicyPresets.Login, LimiterProfile.Reference, request);
        var k3 = KeyRing.Derive("k"u8, "af.limiter", "k3", "v1", "test", "login", "198.51.100.1", contract);
        Assert.Equal(k3.Digest, keys.K3.Current);
    }

    [Fact]
    public void A_fingerprint_does_not_print_itself() => Assert.Equal("fingerprint", Resolver.Resolve(Browser).Fingerprint.ToString());

    [Fact]
    public void State_of_version_1_stays_readable_under_a_made_up_version_2()
    {
        var engine = new LimiterEngine(new LimiterEngineOptions { Secrets = Secrets });
        var first = new DeviceIdentityResolver(Secrets);
        var second = new DeviceIdentityResolver(Secrets, new NormalizationV2(), NormalizationV1.Instance);
        for (var n = 0; n < 3; n++) engine.Decide(Failure(first, $"tablet {n}", at: n)); // churn: K2 is hard-blocked
        var migrated = engine.Decide(Failure(second, "tablet 9", at: 10));
        Assert.Equal((LimitDecision.HardBlock, 52L), (migrated.Decision, migrated.RetryAfterSeconds));

        var known = Failure(first, "mine", at: 100) with { Address = Address("203.0.113.9") };
        for (var n = 0; n < 8; n++) engine.Decide(Known(known));
        var after = Known(Failure(second, "mine", at: 101) with { Address = Address("203.0.113.9") });
        engine.Decide(after);
        var view = engine.Read(after);
        Assert.Equal(1, view.BudgetCount); // the ninth failure of the same device, counted across the versions
        Assert.Equal(18, view.K5!.Value.Score);

        static LimitRequest Known(LimitRequest request) =>
            request with { AccountId = "owner", Device = request.Device with { PreviouslyVerified = true } };
    }

    private static LimitRequest Failure(DeviceIdentityResolver resolver, string session, long at) => new()
    {
        Command = LimitCommand.Failure,
        Policy = "login",
        Address = Address("198.51.100.1"),
        Device = resolver.Resolve(Browser with { SessionDeviceId = session }),
        AtTicks = DateTime.UnixEpoch.Ticks + (LimitsHarness.Start + at) * TimeSpan.TicksPerSecond,
    };

    private static AddressScope Address(string text)
    {
        Assert.True(AddressScope.TryParse(text, out var scope));
        return scope;
    }

    /// <summary>Made up: the family without its version, and every language.</summary>
    private sealed class NormalizationV2 : INormalization
    {
        public string Version => "v2";

        public string UserAgent(string? header) => CanonicalUserAgent.Of(header).Split('/')[0];

        public string Languages(string? acceptLanguage) => acceptLanguage ?? "";

        public string ClientHints(JsonElement? hints) => ClientHintMap.Canonicalize(hints);
    }
}
