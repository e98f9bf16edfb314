using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>The ask for the state under a previous key: kind, both keys, the tiers of an API's address scope, and the time.</summary>
internal static class HandOverFormat
{
    public static void Write(CompactWriter output, HandOver handOver)
    {
        var wanted = handOver.Wanted;
        output.Byte((byte)wanted.Kind);
        output.Key(wanted.Key.Current);
        output.Key(wanted.Key.Previous);
        output.Number(handOver.At);
        output.Byte(wanted.Api is null ? (byte)0 : (byte)1);
        if (wanted.Api is not { } api) return;
        output.Number(api.K1Limit);
        output.Number(api.K2Limit);
        output.Number(api.K3Limit);
        output.Number(api.AccessPoints);
    }

    public static HandOver Read(ref CompactReader input, AskReply reply)
    {
        var kind = (EntityKind)input.Byte((byte)EntityKind.Throttle);
        var (current, previous) = (input.Key(), input.Key());
        if (previous.IsNone) throw new FormatException("a hand-over names no previous key");
        var at = input.Number(uint.MaxValue * 16L);
        return new(new(kind, new(current, previous), input.Byte(1) == 0 ? null : ReadApi(ref input)), at, 0, reply);
    }

    private static ApiRules ReadApi(ref CompactReader input) => new()
    {
        K1Limit = Math.Max(1, (int)input.Number(int.MaxValue)),
        K2Limit = Math.Max(1, (int)input.Number(int.MaxValue)),
        K3Limit = Math.Max(1, (int)input.Number(int.MaxValue)),
        AccessPoints = Math.Max(1, (int)input.Number(int.MaxValue)),
    };
}
