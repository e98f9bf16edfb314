using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>All of an entity, between two nodes: its durable part as the facts of a snapshot, and its windows.</summary>
internal static class StateFormat
{
    public static void Write(CompactWriter output, EntityState? state, long at)
    {
        output.Byte(state is null ? (byte)0 : (byte)1);
        if (state is null) return;
        output.Bytes(LimiterEventCodec.EncodeFacts(at, state.Facts(at)));
        state.WriteVolatile(output, at);
    }

    /// <summary>The state; null when there was none.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static EntityState? Read(ref CompactReader input, in EntityRef wanted)
    {
        if (input.Byte(1) == 0) return null;
        var state = wanted.NewState();
        try
        {
            foreach (var fact in LimiterEventCodec.DecodeSnapshot(input.Bytes()).Facts) state.Evolve(fact);
        }
        catch (JournalCorruptException error)
        {
            throw new FormatException(error.Message, error);
        }
        state.ReadVolatile(ref input);
        return state;
    }
}
