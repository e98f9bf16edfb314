using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Protocols;

/// <summary>Two hardware addresses that claimed one network address.</summary>
/// <param name="Newcomer">Claimed it later, or only tried to while the other had it.</param>
/// <param name="Holder">Claimed it before.</param>
public readonly record struct ClaimConflict(MacAddress Newcomer, MacAddress Holder);

/// <summary>
/// Who claimed which network address first in the current aligned minute of frame time. A fixed table, made at the first use; under a
/// flood of addresses the later ones are not watched. One user at a time.
/// </summary>
/// <param name="setBits">2 to the power of this many sets of four addresses.</param>
internal sealed class AddressClaims(int setBits)
{
    private const int Ways = 4;

    private Claim[]? _claims;
    private long _minute = long.MinValue;

    /// <summary>First frame of the minute's claims, or <see cref="long.MaxValue"/>, as <see cref="MinuteMemory.OldestFrame"/>.</summary>
    public long OldestFrame { get; private set; } = long.MaxValue;

    /// <summary>Stream time has come to <paramref name="atTicks"/>; claims of an earlier minute are forgotten.</summary>
    public void Advance(long atTicks)
    {
        if (atTicks / TimeSpan.TicksPerMinute > _minute) OldestFrame = long.MaxValue;
    }

    /// <summary>Notes a claim; true when another hardware address has claimed the same address of the VLAN in this minute.</summary>
    /// <param name="address">What is claimed.</param>
    /// <param name="claimant">Who claims it.</param>
    /// <param name="isTentative">Only asks whether it is free (RFC 4862 §5.4): gives way to a claim that follows.</param>
    /// <param name="packet">The packet that showed it.</param>
    /// <param name="conflict">Gets the two.</param>
    public bool TryFindConflict(
        NetworkAddress address, MacAddress claimant, bool isTentative, in PacketHeader packet, out ClaimConflict conflict)
    {
        conflict = default;
        var minute = packet.AtTicks / TimeSpan.TicksPerMinute;
        if (minute != _minute || OldestFrame == long.MaxValue) Start(minute, packet.ResumeFrame);
        var (high, low) = address.Bits;
        var hash = ContentHash.Mix(high ^ packet.Vlan, low + 1);
        var set = _claims.AsSpan(((int)hash & ((1 << setBits) - 1)) * Ways, Ways);
        foreach (ref var claim in set)
        {
            if (claim.Address.IsNone)
            {
                claim = new Claim(address, packet.Vlan, claimant, isTentative);
                return false;
            }
            if (claim.Address != address || claim.Vlan != packet.Vlan) continue;
            if (claim.Holder == claimant)
            {
                claim = claim with { IsTentative = claim.IsTentative && isTentative };
                return false;
            }
            if (claim.IsTentative && !isTentative)
            {
                conflict = new ClaimConflict(claim.Holder, claimant);
                claim = claim with { Holder = claimant, IsTentative = false };
            }
            else
            {
                conflict = new ClaimConflict(claimant, claim.Holder);
            }
            return true;
        }
        return false;
    }

    private void Start(long minute, long firstFrame)
    {
        if (_claims is null) _claims = new Claim[Ways << setBits];
        else Array.Clear(_claims);
        (_minute, OldestFrame) = (minute, firstFrame);
    }

    private readonly record struct Claim(NetworkAddress Address, int Vlan, MacAddress Holder, bool IsTentative);
}
