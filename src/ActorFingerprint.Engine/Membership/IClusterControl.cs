namespace ActorFingerprint.Engine.Membership;

/// <summary>
/// Changes of membership and of places. Each may be asked for again and again: what is so already stays so. A member that is no longer there is
/// refused as any other that never was.
/// </summary>
public interface IClusterControl
{
    /// <summary>Has a member go in order: it finishes, hands its shards over and ends. Answers once it has begun.</summary>
    Task<ControlResult> LeaveAsync(NodeAddress member, CancellationToken stop);

    /// <summary>Declares a member that nobody reaches gone, so that others take its shards.</summary>
    Task<ControlResult> DownAsync(NodeAddress member, CancellationToken stop);

    /// <summary>Moves shards until every node that can own some has its share.</summary>
    Task<ControlResult> RebalanceAsync(CancellationToken stop);
}

/// <summary>What became of a call.</summary>
public enum ControlOutcome
{
    /// <summary>It is under way, or done.</summary>
    Accepted,
    /// <summary>It was so before: nothing was done.</summary>
    Unchanged,
    /// <summary>It cannot be done here; the message says why and what to do.</summary>
    Refused,
    /// <summary>No member has this address.</summary>
    UnknownMember,
}

/// <summary>Answer of <see cref="IClusterControl"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">The same in one line for people.</param>
/// <param name="Moved">Shards that change their place.</param>
public sealed record ControlResult(ControlOutcome Outcome, string Message, int Moved = 0);
