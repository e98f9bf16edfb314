using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Entities;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.Engine.Limiting.Asks;

/// <summary>
/// The facts of a request between two nodes: the policy by its name and a check value of its rules, names as HMACs in both generations,
/// numbers. No address, no account, nothing of the device's signals.
/// </summary>
internal sealed class FactsFormat(PolicyRegistry policies, LimiterProfile profile)
{
    private readonly ConcurrentDictionary<string, ulong> _checks = new(StringComparer.Ordinal);

    public void Write(CompactWriter output, in RequestFacts facts)
    {
        output.Text(facts.Policy.Name);
        output.Fixed(CheckOf(facts.Policy));
        output.Byte((byte)facts.Command);
        output.Byte((byte)facts.Confidence);
        output.Byte((byte)((facts.TrustedSession ? 1 : 0) | (facts.Known ? 2 : 0)));
        output.Number(facts.Cost);
        output.Number(facts.At);
        var keys = facts.Keys;
        ReadOnlySpan<KeyPair> entities = [keys.K1, keys.K4, keys.Device, keys.Slash32];
        ReadOnlySpan<DigestPair> names = [keys.K2, keys.K3, keys.K5, keys.Subject, keys.Slash40, keys.Slash48, keys.Agent];
        long present = 0;
        for (var i = 0; i < entities.Length; i++) present |= Bits(2 * i, entities[i].IsNone, entities[i].Previous.IsNone);
        for (var i = 0; i < names.Length; i++) present |= Bits(8 + 2 * i, names[i].IsNone, names[i].Previous.IsNone);
        output.Number(present);
        foreach (var pair in entities)
        {
            if (!pair.Current.IsNone) output.Key(pair.Current);
            if (!pair.Previous.IsNone) output.Key(pair.Previous);
        }
        foreach (var pair in names)
        {
            if (!pair.Current.IsNone) output.Digest(pair.Current);
            if (!pair.Previous.IsNone) output.Digest(pair.Previous);
        }
    }

    /// <summary>The facts; or why this node cannot decide on them.</summary>
    /// <exception cref="FormatException">They cannot be read.</exception>
    public RequestFacts Read(ref CompactReader input, out string? refusal)
    {
        refusal = null;
        var name = input.Text();
        var check = input.Fixed();
        if (!policies.TryGet(name, out var policy)) refusal = $"the policy '{name}' is not known there";
        else if (CheckOf(policy) != check) refusal = $"the policy '{name}' or the profile has other rules there";
        var command = (LimitCommand)input.Byte((byte)LimitCommand.Access);
        var confidence = (DeviceConfidence)input.Byte((byte)DeviceConfidence.High);
        var flags = input.Byte(3);
        var (cost, at) = (input.Number(LimitRequest.MaxCost), input.Number(uint.MaxValue * 16L));
        var present = input.Number((1 << 22) - 1);
        return new RequestFacts
        {
            Policy = policy ?? PolicyPresets.All[0],
            Profile = profile,
            Command = command,
            Confidence = confidence,
            TrustedSession = (flags & 1) != 0,
            Known = (flags & 2) != 0,
            Cost = cost,
            At = at,
            Keys = ReadKeys(ref input, present),
        };
    }

    private static RequestKeys ReadKeys(ref CompactReader input, long present)
    {
        Span<KeyPair> entities = stackalloc KeyPair[4];
        Span<DigestPair> names = stackalloc DigestPair[7];
        for (var i = 0; i < entities.Length; i++)
            entities[i] = new(Has(present, 2 * i) ? input.Key() : default, Has(present, 2 * i + 1) ? input.Key() : default);
        for (var i = 0; i < names.Length; i++)
            names[i] = new(Has(present, 8 + 2 * i) ? input.Digest() : default, Has(present, 9 + 2 * i) ? input.Digest() : default);
        if (entities[0].IsNone) throw new FormatException("a request has no address scope");
        return new RequestKeys
        {
            K1 = entities[0],
            K4 = entities[1],
            Device = entities[2],
            Slash32 = entities[3],
            K2 = names[0],
            K3 = names[1],
            K5 = names[2],
            Subject = names[3],
            Slash40 = names[4],
            Slash48 = names[5],
            Agent = names[6],
        };
    }

    /// <summary>Of what an owner decides by: local caps are the asking node's own affair.</summary>
    private ulong CheckOf(LimiterPolicy policy) =>
        _checks.TryGetValue(policy.Name, out var check) ? check : _checks.GetOrAdd(policy.Name, _ => Digest(policy));

    private ulong Digest(LimiterPolicy policy)
    {
        var rules = $"{policy with { Degraded = null, OnStoreFailure = default }} {(int)profile.Switches}";
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(rules)));
    }

    private static long Bits(int at, bool noCurrent, bool noPrevious) => (noCurrent ? 0 : 1L << at) | (noPrevious ? 0 : 2L << at);

    private static bool Has(long present, int position) => (present >> position & 1) != 0;
}
