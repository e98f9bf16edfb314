using ActorFingerprint.Limits.Identity;

namespace ActorFingerprint.Limits.Decisions;

/// <summary>What was asked (AF-1 §2).</summary>
public enum LimitCommand : byte
{
    /// <summary>Before an attempt. Records no attempt, but does move correlation state.</summary>
    Check,

    /// <summary>An attempt failed.</summary>
    Failure,

    /// <summary>An attempt succeeded: consults active hard blocks, records and resets nothing.</summary>
    Success,

    /// <summary>A call of a costly API.</summary>
    Access,
}

/// <summary>The three answers; HARD outranks SOFT outranks ALLOW (AF-1 §11).</summary>
public enum LimitDecision : byte
{
    /// <summary>Go on.</summary>
    Allow,

    /// <summary>Slow down: friction, advisory.</summary>
    SoftBlock,

    /// <summary>Refused.</summary>
    HardBlock,
}

/// <summary>From what state an answer came (AF-1 §14).</summary>
public enum LimitMode : byte
{
    /// <summary>The shared state.</summary>
    Normal,

    /// <summary>The breaker is open: local caps.</summary>
    Degraded,

    /// <summary>The store failed, the policy goes on under local caps.</summary>
    FailOpen,

    /// <summary>The store failed, the policy refuses.</summary>
    FailClosed,
}

/// <summary>Why: a closed set (AF-1 §2).</summary>
[Flags]
public enum LimitReasons
{
    /// <summary>Nothing spoke against it.</summary>
    None = 0,

    /// <summary>A hard block is being served.</summary>
    ActiveBlock = 1 << 0,

    /// <summary>A soft block is being served.</summary>
    ActiveSoft = 1 << 1,

    /// <summary>A score reached a level.</summary>
    Score = 1 << 2,

    /// <summary>Three soft answers to failures within 6 h (§10.7).</summary>
    AntiEquilibrium = 1 << 3,

    /// <summary>The budget is used up (§10).</summary>
    Budget = 1 << 4,

    /// <summary>The budget was just used up by a device worth sparing (§10.6).</summary>
    RecoveryGuard = 1 << 5,

    /// <summary>Many accounts from one address scope (§12.1).</summary>
    CredentialSpray = 1 << 6,

    /// <summary>One account from many devices (§12.2).</summary>
    DistributedAccount = 1 << 7,

    /// <summary>Many devices with one address and User-Agent (§12.3).</summary>
    Churn = 1 << 8,

    /// <summary>One device from many addresses (§12.4).</summary>
    Dilution = 1 << 9,

    /// <summary>Many new devices for one account and address (§12.5).</summary>
    Flood = 1 << 10,

    /// <summary>Over a local cap while degraded.</summary>
    LocalCap = 1 << 11,

    /// <summary>The store failed.</summary>
    StoreUnavailable = 1 << 12,

    /// <summary>The breaker re-opened too often.</summary>
    ReentryGuard = 1 << 13,
}

/// <summary>Things that happened on the way and are for metrics and operators only; never part of the answer on the wire.</summary>
[Flags]
public enum LimitSignals
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The request's /48 is active (§4.2).</summary>
    MacroScope48 = 1 << 0,

    /// <summary>The request's /40 is active.</summary>
    MacroScope40 = 1 << 1,

    /// <summary>The request's /32 is active.</summary>
    MacroScope32 = 1 << 2,

    /// <summary>The breaker opened with this request.</summary>
    BreakerOpened = 1 << 3,

    /// <summary>The breaker closed with this request.</summary>
    BreakerRecovered = 1 << 4,

    /// <summary>The breaker re-opened a third time within 30 minutes: critical.</summary>
    ReentryViolation = 1 << 5,
}

/// <summary>The answer (AF-1 §2). Holds no raw signal and no key.</summary>
/// <param name="Decision">One of three.</param>
/// <param name="Level">0–6; 0 on ALLOW.</param>
/// <param name="RetryAfterSeconds">0 on ALLOW.</param>
/// <param name="Mode">From what state.</param>
/// <param name="Reasons">Why.</param>
/// <param name="Ephemeral">The device went to the ephemeral bucket (§13).</param>
/// <param name="Confidence">Worth of the device's signals.</param>
/// <param name="Signals">For operators.</param>
public readonly record struct LimitResult(
    LimitDecision Decision,
    int Level,
    long RetryAfterSeconds,
    LimitMode Mode,
    LimitReasons Reasons,
    bool Ephemeral,
    DeviceConfidence Confidence,
    LimitSignals Signals = LimitSignals.None);
