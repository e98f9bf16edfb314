namespace ActorFingerprint.Limits.Entities;

/// <summary>
/// How many names one entity holds at most; over it, what would expire first makes room. AF-1 bounds every set but not how many sets an
/// attacker may start; these bounds are far above what honest traffic needs.
/// </summary>
public static class EntityBounds
{
    /// <summary>K5 slots of one account.</summary>
    public const int DevicesPerAccount = 1_024;

    /// <summary>Address scopes of one account with a device cap or flood stage.</summary>
    public const int AddressesPerAccount = 1_024;

    /// <summary>K2 slots of one address scope.</summary>
    public const int AgentsPerAddress = 1_024;

    /// <summary>K3 slots of one address scope.</summary>
    public const int DevicesPerAddress = 1_024;

    /// <summary>Macro scopes below one /32.</summary>
    public const int ScopesPerSlash32 = 16_384;

    /// <summary>User-Agents of one active macro scope.</summary>
    public const int AgentsPerMacroScope = 1_024;
}
