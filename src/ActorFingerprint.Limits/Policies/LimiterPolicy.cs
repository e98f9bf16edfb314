namespace ActorFingerprint.Limits.Policies;

/// <summary>
/// A named set of capabilities (AF-1 §16). The name is an identifier only and part of every key, so that policies never share state;
/// behaviour comes from the typed parts: <see cref="Auth"/> or <see cref="Api"/>, never both.
/// </summary>
public sealed record LimiterPolicy
{
    /// <summary>1–64 lower-case letters, digits, <c>_</c>, <c>-</c> or <c>.</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Set for a policy that guards accounts.</summary>
    public AuthRules? Auth { get; init; }

    /// <summary>Set for a policy that guards a costly API.</summary>
    public ApiRules? Api { get; init; }

    /// <summary>What a failed store means before the breaker trips.</summary>
    public StoreFailurePolicy OnStoreFailure { get; init; }

    /// <summary>Local caps once the breaker is open; null: such a policy stays fail-closed.</summary>
    public DegradedRules? Degraded { get; init; }

    /// <summary>
    /// Distinct devices on one K2 within 600 s that are churn (§12.3). 3 as shipped; offices behind one NAT may want 8 (Q1).
    /// </summary>
    public int ChurnThreshold { get; init; } = 3;

    /// <summary>Without client hints and without a session id the fingerprint counts as missing (§5).</summary>
    public bool ExpectClientHints { get; init; }

    /// <summary>Whether the policy guards accounts.</summary>
    public bool IsAuth => Auth is not null;
}
