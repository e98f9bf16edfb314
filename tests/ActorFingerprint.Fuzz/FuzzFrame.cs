using ActorFingerprint.Protocols;

namespace ActorFingerprint.Fuzz;

/// <summary>One frame of a case. Bytes are never changed in place: mutations make new frames.</summary>
/// <param name="Link">What the first byte belongs to.</param>
/// <param name="Bytes">The captured bytes.</param>
/// <param name="WireLength">Length on the wire; more than the bytes when the capture cut the frame.</param>
/// <param name="OffsetTicks">Frame time after the start of the case.</param>
public sealed record FuzzFrame(LinkType Link, byte[] Bytes, int WireLength, long OffsetTicks)
{
    /// <summary>The frame with other bytes, all of them captured.</summary>
    public FuzzFrame With(byte[] bytes) => this with { Bytes = bytes, WireLength = bytes.Length };
}
