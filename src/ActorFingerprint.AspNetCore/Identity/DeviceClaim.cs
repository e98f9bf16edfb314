namespace ActorFingerprint.AspNetCore;

/// <summary>What the application itself knows of a device (AF-1 §5).</summary>
/// <param name="SessionId">Random id of its session cookie; null for none.</param>
/// <param name="IsTrusted">The id was issued to this device for this account.</param>
/// <param name="IsVerified">The device was proved for the account before.</param>
public readonly record struct DeviceClaim(string? SessionId, bool IsTrusted, bool IsVerified = false);
