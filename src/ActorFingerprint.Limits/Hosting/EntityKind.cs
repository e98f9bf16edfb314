namespace ActorFingerprint.Limits.Hosting;

/// <summary>The kinds of entities, each with its own keys (AF-1 §3): what a host routes, and what it names in a journal.</summary>
public enum EntityKind : byte
{
    /// <summary>K4, K5 and the account's state; routed by K4.</summary>
    Account,

    /// <summary>K1, K2 and K3; routed by K1.</summary>
    Address,

    /// <summary>Address scopes of one device; routed by the device's own key.</summary>
    Dilution,

    /// <summary>IPv6 scopes from /48 to /32; routed by the /32.</summary>
    MacroScope,

    /// <summary>One subject of a simple throttle (§15); routed by the throttle's key.</summary>
    Throttle,
}
