using System.Text;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;
using ActorFingerprint.Limits.Throttle;

namespace ActorFingerprint.Tests.Limits.Model;

/// <summary>One random history, given to the engine and to the model; they must answer alike at every step.</summary>
internal sealed class ModelHistory
{
    private const long Start = 1_735_732_800;

    private static readonly int[] Costs = [1, 1, 1, 2, 9, 10, 59, 60, 61, 110, 119, 120, 290, 299, 300, 590, 600, 5000];
    private static readonly int[][] Thresholds = [[5, 8, 12], [9, 15, 30], [4, 13, 13], [1000, 1001, 1002]];

    private readonly Random _random;
    private readonly ModelTheme _theme;
    private readonly NaiveLimiter _model;
    private readonly LimiterEngine _engine;
    private readonly PolicyRegistry _policies;
    private readonly List<(EntityKind Kind, LimiterKey Key, string Policy, LimiterEvent Event)> _journal = [];
    private readonly Queue<(long At, object Step, string Answer)> _trail = new();
    private DeviceIdentityResolver _resolver;
    private string _policy = "login";
    private long _now;
    private int _sequence;

    public ModelHistory(int seed)
    {
        _random = new Random(seed);
        _theme = ModelTheme.All[seed % ModelTheme.All.Count];
        Switches = seed / ModelTheme.All.Count % 3 == 2
            ? [.. LimiterProfile.SwitchNames.Where(_ => _random.Next(2) == 0)]
            : [];
        _now = Start + _random.Next(5000);
        _model = new NaiveLimiter(Switches);
        var login = _theme.Thresholds ?? (_random.Next(3) == 0 ? Pick(Thresholds) : [5, 8, 12]);
        var otp = _theme.Thresholds ?? (_random.Next(3) == 0 ? Pick(Thresholds) : [4, 7, 10]);
        _model.OverrideThresholds("login", login);
        _model.OverrideThresholds("otp", otp);
        _policies = new PolicyRegistry(With(PolicyPresets.Login, login), With(PolicyPresets.Otp, otp));
        _engine = NewEngine();
        _resolver = new DeviceIdentityResolver(_engine.Secrets);
    }

    public string[] Switches { get; }

    public PolicyRegistry Policies => _policies;

    public LimiterSecrets Secrets => _engine.Secrets;

    /// <summary>Told every request with the engine's answer; a text says how another host differed.</summary>
    public Func<LimitRequest, LimitResult, string?>? Decided { get; init; }

    /// <summary>Told of a rotation that was taken.</summary>
    public Action<LimiterSecrets>? Rotated { get; init; }

    /// <summary>Told whether the store is there.</summary>
    public Action<bool>? StoreSwitched { get; init; }

    public string Theme => _theme.Name;

    /// <summary>Whether the store fails now and then.</summary>
    public bool HasOutages => _theme.OutagePerMille > 0;

    /// <summary>Runs the history; null, or a description of the first difference.</summary>
    public string? Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            _now += Pick(_theme.TimeSteps);
            if (Step() is { } difference) return difference;
        }
        return CompareReplay();
    }

    private string? Step()
    {
        var roll = _random.Next(1000);
        if (roll < _theme.RotatePerMille) return Rotate();
        if (roll < _theme.RotatePerMille + _theme.OutagePerMille)
        {
            _model.StoreUp = _engine.StoreAvailable = _random.Next(2) == 0;
            Keep("store", _model.StoreUp ? "up" : "down");
            StoreSwitched?.Invoke(_model.StoreUp);
            return null;
        }
        return roll >= 985 ? Consume() : Decide();
    }

    private string? Rotate()
    {
        var kinds = (SecretKinds)_random.Next(1, 4);
        _sequence++;
        var taken = _engine.TryRotate(kinds, Encoding.UTF8.GetBytes($"key-{_sequence}"), Encoding.UTF8.GetBytes($"fp-{_sequence}"), _now);
        _resolver = new DeviceIdentityResolver(_engine.Secrets);
        if (taken) Rotated?.Invoke(_engine.Secrets);
        return Compare($"rotate {kinds}", _model.Rotate(_now).ToString(), taken.ToString());
    }

    private string? Consume()
    {
        var (name, subject) = (Pick<string>(["c", "d"]), Pick<string>(["u", "v"]));
        var (limit, interval, cost) = (_random.Next(1, 5), Pick<int>([60, 61]), _random.Next(1, 4));
        var expected = _model.Consume(name, limit, interval, subject, cost, _now);
        var actual = _engine.Consume(new ThrottleRule(name, limit, interval), subject, cost, _now);
        return Compare(
            $"consume {name} {limit}/{interval} {subject} {cost}", $"{expected}",
            $"{(actual.Allowed, actual.Remaining, actual.RetryAfterSeconds, actual.ResetAt)}");
    }

    private string? Decide()
    {
        _policy = Pick(_theme.Policies);
        var command = Pick(_theme.CommandsOf(_policy));
        var (address, k1, slash48, slash40, slash32) = Address();
        var account = Chance(_theme.NoAccountPercent) ? null : $"a{_random.Next(_theme.Accounts)}";
        var device = Chance(_theme.MissingPercent) ? null : $"f{_random.Next(_theme.Devices)}";
        var known = Chance(_theme.KnownPercent);
        var (trusted, verified) = (known && _random.Next(2) == 0, known && _random.Next(3) > 0);
        var confidence = (DeviceConfidence)_random.Next(3);
        var agent = $"chrome/{_random.Next(_theme.Agents)}";
        var correlation = Chance(8) ? $"k{_random.Next(3)}" : null;
        long cost = _policy == "api_heavy" ? Pick(Costs) : 1;
        var asked = new NaiveRequest(
            command, _policy, k1, slash48, slash40, slash32, agent, account, correlation, cost, device, WireNames.Of(confidence),
            trusted, verified);
        var expected = _model.Decide(asked, _now);
        var request = new LimitRequest
        {
            Command = Enum.Parse<LimitCommand>(command, ignoreCase: true),
            Policy = _policy,
            Address = address,
            AccountId = account,
            CorrelationId = correlation,
            Cost = cost,
            AtTicks = DateTime.UnixEpoch.Ticks + _now * TimeSpan.TicksPerSecond + _random.Next(10_000_000),
            Device = Resolve(device) with
            {
                UserAgent = agent,
                Confidence = confidence,
                TrustedSession = trusted,
                PreviouslyVerified = verified,
            },
        };
        var actual = _engine.Decide(request);
        if (Decided?.Invoke(request, actual) is { } difference) return $"{asked}: {difference}{Trail()}";
        var reasons = string.Join(',', WireNames.Of(actual.Reasons).Order(StringComparer.Ordinal));
        var mode = WireNames.Of(actual.Mode);
        return Compare(
            asked,
            $"{expected.Decision} L{expected.Level} {expected.RetryAfter}s {expected.Mode} {expected.Ephemeral} {expected.Reasons}",
            $"{WireNames.Of(actual.Decision)} L{actual.Level} {actual.RetryAfterSeconds}s {mode} {actual.Ephemeral} {reasons}");
    }

    /// <summary>The journal alone must rebuild the durable state (AF-1 §16 and the host's recovery).</summary>
    private string? CompareReplay()
    {
        var recovered = NewEngine(journaled: false);
        foreach (var (kind, key, policy, @event) in _journal) recovered.Replay(kind, key, policy, @event);
        var live = Facts(_engine);
        // Entities of the previous generation were moved in the live engine; their journal is still there.
        var replayed = Facts(recovered);
        var missing = live.Except(replayed).FirstOrDefault();
        return missing is null ? null : $"not in the journal: {missing}{Trail()}";
    }

    private List<string> Facts(LimiterEngine engine) =>
        [.. engine.Snapshot(_now).SelectMany(e => e.Facts.Select(f => $"{e.Kind} {e.Key} {f}"))];

    private (AddressScope Scope, string K1, string? Slash48, string? Slash40, string? Slash32) Address()
    {
        var n = _random.Next(_theme.Addresses);
        if (!_theme.IPv6)
        {
            var text = $"198.51.100.{n + 1}";
            Assert(AddressScope.TryParse(text, out var v4));
            return (v4, text, null, null, null);
        }
        if (Chance(70)) n = _sequence++ % _theme.Addresses;
        var (slash40, slash48, slash64) = (n / 8, n / 2 % 4, n % 2);
        Assert(AddressScope.TryParse($"2001:db8:{slash40:x}0{slash48:x}:{slash64:x}::{_random.Next(1, 9)}", out var v6));
        return (v6, $"64/{slash40}/{slash48}/{slash64}", $"48/{slash40}/{slash48}", $"40/{slash40}", "32");
    }

    private DeviceIdentity Resolve(string? device) => _resolver.Resolve(new DeviceSignals { SessionDeviceId = device });

    private string? Compare(object step, string expected, string actual)
    {
        Keep(step, actual);
        return expected == actual ? null : $"expected {expected}{Environment.NewLine}but was  {actual}{Trail()}";
    }

    private void Keep(object step, string answer)
    {
        if (_trail.Count == 200) _trail.Dequeue();
        _trail.Enqueue((_now - Start, step, answer));
    }

    private string Trail() => string.Concat(_trail.Select(t => $"{Environment.NewLine}{t.At} {t.Step} -> {t.Answer}"));

    private LimiterEngine NewEngine(bool journaled = true) => new(new LimiterEngineOptions
    {
        Secrets = LimiterSecrets.Create("key-0", "fp-0"),
        Policies = _policies,
        Profile = LimiterProfile.Parse(Switches),
        OnEvents = !journaled ? null : (kind, key, events) =>
        {
            foreach (var e in events) _journal.Add((kind, key, _policy, e));
        },
    });

    private static LimiterPolicy With(LimiterPolicy preset, int[] k4) =>
        preset with { Auth = preset.Auth! with { K4 = new(k4[0], k4[1], k4[2]) } };

    private static void Assert(bool parsed) => Xunit.Assert.True(parsed);

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private bool Chance(int percent) => _random.Next(100) < percent;
}
