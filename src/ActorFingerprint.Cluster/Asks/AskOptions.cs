using System.Security.Cryptography.X509Certificates;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>How nodes ask each other. Both sides of a node have the same.</summary>
public sealed record AskOptions
{
    /// <summary>The secret that all nodes share, 32 bytes or more; empty when certificates alone say who asks.</summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>Certificate of this node with its key, shown to both sides; null for clear text.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>
    /// Who may have signed the other nodes' certificates. Not empty, both sides must show one (mTLS); empty, a listener's is checked as
    /// usual.
    /// </summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>How long an ask may take at most.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Asks under way to one node, and answered by this one; more are refused at once.</summary>
    public int MaxInFlight { get; init; } = 4096;

    /// <summary>Longest ask and answer in bytes.</summary>
    public int MaxSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Bytes held of all asks together whose sender is not known yet; asks beyond it are refused. At least room for four of
    /// <see cref="MaxSize"/>.
    /// </summary>
    public long MaxUnchecked => Math.Max(64 * 1024 * 1024, 4L * MaxSize);

    /// <summary>Says what is wrong with the options together, or null.</summary>
    public string? Problem() => (Secret.IsEmpty, Certificate) switch
    {
        (true, null) => "asks between nodes need a secret or certificates: nobody else may ask",
        (true, not null) when Authorities.Count == 0 => "without a secret, the authorities of the nodes' certificates are needed",
        _ => null,
    };
}
