namespace ActorFingerprint.Capture.Files;

/// <summary>How files are cut into blocks. The defaults were measured; a change alters block boundaries, never frames.</summary>
public sealed record FileCaptureOptions
{
    /// <summary>Bytes of file per block, 64 to 16 MiB. A record that is longer gets a block of its own size.</summary>
    public int BlockLength { get; init; } = 1 << 20;

    /// <summary>Most frames per block, from 1: 16,384 minimum-sized frames fill 1 MiB.</summary>
    public int MaxFramesPerBlock { get; init; } = 16_384;

    /// <summary>Throws for a value out of range.</summary>
    internal FileCaptureOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BlockLength, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BlockLength, RecordReader.MaxRecordLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFramesPerBlock, 1);
        return this;
    }
}
