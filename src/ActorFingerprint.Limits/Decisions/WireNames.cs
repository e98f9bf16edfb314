using System.Numerics;
using ActorFingerprint.Limits.Identity;

namespace ActorFingerprint.Limits.Decisions;

/// <summary>The spelling of the closed sets on the wire and in scenario files (AF-1 §2).</summary>
public static class WireNames
{
    private static readonly string[] Reasons =
    [
        "active_block", "active_soft", "score", "anti_equilibrium", "budget", "recovery_guard", "credential_spray",
        "distributed_account", "churn", "dilution", "flood", "local_cap", "store_unavailable", "reentry_guard",
    ];

    /// <summary><c>ALLOW</c>, <c>SOFT_BLOCK</c> or <c>HARD_BLOCK</c>.</summary>
    public static string Of(LimitDecision decision) => decision switch
    {
        LimitDecision.Allow => "ALLOW",
        LimitDecision.SoftBlock => "SOFT_BLOCK",
        _ => "HARD_BLOCK",
    };

    /// <summary><c>NORMAL</c>, <c>DEGRADED</c>, <c>FAIL_OPEN</c> or <c>FAIL_CLOSED</c>.</summary>
    public static string Of(LimitMode mode) => mode switch
    {
        LimitMode.Normal => "NORMAL",
        LimitMode.Degraded => "DEGRADED",
        LimitMode.FailOpen => "FAIL_OPEN",
        _ => "FAIL_CLOSED",
    };

    /// <summary><c>LOW</c>, <c>MEDIUM</c> or <c>HIGH</c>.</summary>
    public static string Of(DeviceConfidence confidence) => confidence switch
    {
        DeviceConfidence.Low => "LOW",
        DeviceConfidence.Medium => "MEDIUM",
        _ => "HIGH",
    };

    /// <summary>The reasons, in the order of AF-1 §2; an empty list for none.</summary>
    public static IReadOnlyList<string> Of(LimitReasons reasons)
    {
        if (reasons == LimitReasons.None) return [];
        var names = new List<string>(BitOperations.PopCount((uint)reasons));
        for (var bit = 0; bit < Reasons.Length; bit++)
            if (((int)reasons >> bit & 1) != 0) names.Add(Reasons[bit]);
        return names;
    }

    /// <summary>Reads what <see cref="Of(LimitDecision)"/> writes.</summary>
    public static bool TryParse(string? text, out LimitDecision decision)
    {
        (decision, var known) = text switch
        {
            "ALLOW" => (LimitDecision.Allow, true),
            "SOFT_BLOCK" => (LimitDecision.SoftBlock, true),
            "HARD_BLOCK" => (LimitDecision.HardBlock, true),
            _ => (default, false),
        };
        return known;
    }

    /// <summary>Reads what <see cref="Of(LimitMode)"/> writes.</summary>
    public static bool TryParse(string? text, out LimitMode mode)
    {
        (mode, var known) = text switch
        {
            "NORMAL" => (LimitMode.Normal, true),
            "DEGRADED" => (LimitMode.Degraded, true),
            "FAIL_OPEN" => (LimitMode.FailOpen, true),
            "FAIL_CLOSED" => (LimitMode.FailClosed, true),
            _ => (default, false),
        };
        return known;
    }

    /// <summary>Reads what <see cref="Of(DeviceConfidence)"/> writes.</summary>
    public static bool TryParse(string? text, out DeviceConfidence confidence)
    {
        (confidence, var known) = text switch
        {
            "LOW" => (DeviceConfidence.Low, true),
            "MEDIUM" => (DeviceConfidence.Medium, true),
            "HIGH" => (DeviceConfidence.High, true),
            _ => (default, false),
        };
        return known;
    }

    /// <summary>Reads what <see cref="Of(LimitReasons)"/> writes.</summary>
    public static bool TryParse(IReadOnlyList<string>? names, out LimitReasons reasons)
    {
        reasons = LimitReasons.None;
        foreach (var name in names ?? [])
        {
            var bit = Array.IndexOf(Reasons, name);
            if (bit < 0) return false;
            reasons |= (LimitReasons)(1 << bit);
        }
        return true;
    }
}
