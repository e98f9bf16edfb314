namespace ActorFingerprint.Limits.Policies;

/// <summary>The nine changes of AF-1H (AF-1 §19), each of which may be switched on alone.</summary>
[Flags]
public enum HardenedSwitches
{
    /// <summary>The contract to the letter.</summary>
    None = 0,

    /// <summary>H1: K4 blocks scored by strangers alone do not apply to a trusted session.</summary>
    ForeignFailuresSpareTrusted = 1 << 0,

    /// <summary>H2: the distributed-account rule observes failures, and its K4 block spares trusted sessions.</summary>
    DistributedNeedsFailure = 1 << 1,

    /// <summary>H3: churn needs 8 devices, and only failures of devices not known count.</summary>
    ChurnUnverifiedFailures = 1 << 2,

    /// <summary>H4: trusted sessions skip K2 blocks as well as K1 blocks under account policies.</summary>
    TrustedSkipsK2 = 1 << 3,

    /// <summary>H5: the spray rule observes failures, and republishes only when its set grows.</summary>
    SprayNeedsFailure = 1 << 4,

    /// <summary>H6: macro scopes are kept and reported; nothing is counted or blocked through them.</summary>
    MacroTelemetryOnly = 1 << 5,

    /// <summary>H7: local caps count checks and accesses only, and tell the rest of their window.</summary>
    DegradedCountsChecksOnly = 1 << 6,

    /// <summary>H8: the breaker also trips at 5 failures within 300 s.</summary>
    SlowBreaker = 1 << 7,

    /// <summary>H9: a stored API score never exceeds twice its limit.</summary>
    ApiScoreCap = 1 << 8,

    /// <summary>All nine.</summary>
    All = (1 << 9) - 1,
}

/// <summary>
/// Which switches a node runs with: <c>reference</c> (none, the default), <c>hardened</c> (all), or a list of names on top of reference.
/// </summary>
public sealed record LimiterProfile(HardenedSwitches Switches)
{
    /// <summary>AF-1 to the letter.</summary>
    public static LimiterProfile Reference { get; } = new(HardenedSwitches.None);

    /// <summary>AF-1H: all nine switches.</summary>
    public static LimiterProfile Hardened { get; } = new(HardenedSwitches.All);

    /// <summary>The switches' names as an operator writes them.</summary>
    public static IReadOnlyList<string> SwitchNames { get; } =
        [.. Enum.GetValues<HardenedSwitches>().Where(s => s is not (HardenedSwitches.None or HardenedSwitches.All)).Select(NameOf)];

    /// <summary>Reads a profile: <c>reference</c>, <c>hardened</c>, or switch names in any order.</summary>
    /// <exception cref="ArgumentException">A name is not one of them.</exception>
    public static LimiterProfile Parse(params IEnumerable<string> names)
    {
        var switches = HardenedSwitches.None;
        foreach (var name in names)
            switches |= name switch
            {
                "reference" => HardenedSwitches.None,
                "hardened" => HardenedSwitches.All,
                _ when SwitchNames.Contains(name) => Enum.Parse<HardenedSwitches>(name, ignoreCase: true),
                _ => throw new ArgumentException(
                    $"'{name}' is no limiter profile or switch: write reference, hardened, or some of {string.Join(", ", SwitchNames)}",
                    nameof(names)),
            };
        return new(switches);
    }

    /// <summary>The switches that are on, as an operator writes them.</summary>
    public IReadOnlyList<string> Names => [.. Enum.GetValues<HardenedSwitches>()
        .Where(s => s is not (HardenedSwitches.None or HardenedSwitches.All) && Has(s)).Select(NameOf)];

    /// <summary>Whether a switch is on.</summary>
    public bool Has(HardenedSwitches one) => (Switches & one) != 0;

    private static string NameOf(HardenedSwitches one)
    {
        var name = one.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
