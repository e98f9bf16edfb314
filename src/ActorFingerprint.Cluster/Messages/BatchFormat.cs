namespace ActorFingerprint.Cluster.Messages;

/// <summary>Constants of the batch message (docs/batch-format.md).</summary>
public static class BatchFormat
{
    /// <summary>Another number is another format: a reader refuses it.</summary>
    public const byte Major = 1;

    /// <summary>A higher number appends fields, which an older reader skips; a lower one leaves them at their defaults.</summary>
    public const byte Minor = 0;

    /// <summary>Longest message that is read, in bytes: far above the largest batch, far below what would hurt.</summary>
    public const int MaxLength = 32 * 1024 * 1024;

    /// <summary>First bytes of every message: <c>AFPB</c>.</summary>
    internal static ReadOnlySpan<byte> Magic => "AFPB"u8;
}
