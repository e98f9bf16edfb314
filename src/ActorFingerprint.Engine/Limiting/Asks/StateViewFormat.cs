using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>What an operator's request has seen so far, between two nodes. The breaker is the asking node's own.</summary>
internal static class StateViewFormat
{
    public static void Write(CompactWriter output, LimiterStateView view)
    {
        foreach (var key in (ReadOnlySpan<KeyView?>)[view.K1, view.K2, view.K3, view.K4, view.K5])
        {
            output.Byte(key is null ? (byte)0 : (byte)1);
            if (key is not { } seen) continue;
            output.Number(seen.Score);
            output.Number(seen.Level);
            output.Number(seen.RemainingSeconds);
            output.Number(seen.HardCycles);
        }
        output.Number(view.BudgetCount);
        output.Number(view.BudgetRemainingSeconds);
        output.Number(view.CooldownSeconds);
    }

    public static LimiterStateView Read(ref CompactReader input) => new()
    {
        K1 = ReadKey(ref input),
        K2 = ReadKey(ref input),
        K3 = ReadKey(ref input),
        K4 = ReadKey(ref input),
        K5 = ReadKey(ref input),
        BudgetCount = (int)input.Number(int.MaxValue),
        BudgetRemainingSeconds = input.Number(),
        CooldownSeconds = input.Number(),
    };

    private static KeyView? ReadKey(ref CompactReader input) => input.Byte(1) == 0
        ? null
        : new(input.Number(), (int)input.Number(6), input.Number(), (int)input.Number(int.MaxValue));
}
