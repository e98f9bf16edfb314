using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Files;

/// <summary>
/// Finds the frames in a run of file bytes. One virtual call serves a whole block; it never throws for what the bytes say
/// and takes at least one record per round or asks for more.
/// </summary>
internal abstract class RecordReader
{
    /// <summary>Longest record taken for real, bytes: no link has larger frames and a corrupt length must not be waited for.</summary>
    public const int MaxRecordLength = 16 << 20;

    /// <summary>Bytes that the record at the returned offset takes, as far as known; 0 when the block was full.</summary>
    public int Needed { get; protected set; }

    /// <summary>What is wrong with the bytes at the returned offset; null while all is well. Nothing after it can be trusted.</summary>
    public string? Fault { get; protected set; }

    /// <summary>What a resumed reader must know besides its offset.</summary>
    public virtual RecordContext Context => default;

    /// <summary>
    /// Adds the whole frames in <c>block.Buffer[at..end)</c> until the bytes end, <paramref name="maxFrames"/> are there or
    /// the bytes are at fault; returns the offset of the first byte not used.
    /// </summary>
    public abstract int Read(FrameBlock block, int at, int end, int maxFrames);
}

/// <summary>What a pcapng reader knows at some offset; nothing for pcap.</summary>
/// <param name="Section">Offset of the section header in force.</param>
/// <param name="Interfaces">Interfaces it has described so far.</param>
/// <param name="LastTicks">Time of the last frame, lent to simple packets, which have none.</param>
internal readonly record struct RecordContext(long Section, int Interfaces, long LastTicks);
