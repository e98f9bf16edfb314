using System.Text;

namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>
/// Contents read lately, kept from batch to batch: a text or a set of DHCP options that comes again and again is one object, as it is
/// where it
/// was parsed. Each slot keeps the last content that fell into it; equal bytes decide, never a hash. Bounded, and safe for any thread: a
/// slot is
/// replaced as a whole, and whoever misses decodes.
/// </summary>
public sealed class DecodedContents
{
    private const int Slots = 16_384;
    private const int MaxLength = 512;

    private readonly string?[] _texts = new string?[Slots];
    private readonly Content?[] _contents = new Content?[Slots];

    /// <summary>The text of UTF-8 bytes.</summary>
    internal string Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxLength) return Encoding.UTF8.GetString(utf8);
        ref var slot = ref _texts[ContentHash.Of((byte)SharedKind.Text, utf8) % Slots];
        if (slot is { } known && Ascii.Equals(utf8, known)) return known;
        return slot = Encoding.UTF8.GetString(utf8);
    }

    /// <summary>The content kept under these bytes; false when it has to be read.</summary>
    internal bool TryGet(SharedKind kind, ReadOnlySpan<byte> bytes, out object? value)
    {
        value = null;
        if (bytes.Length > MaxLength || _contents[SlotOf(kind, bytes)] is not { } known) return false;
        if (known.Kind != kind || !bytes.SequenceEqual(known.Bytes)) return false;
        value = known.Value;
        return true;
    }

    /// <summary>Keeps a content that refers to no other one.</summary>
    internal void Keep(SharedKind kind, ReadOnlySpan<byte> bytes, object value)
    {
        if (bytes.Length <= MaxLength) _contents[SlotOf(kind, bytes)] = new Content(kind, bytes.ToArray(), value);
    }

    private static uint SlotOf(SharedKind kind, ReadOnlySpan<byte> bytes) => ContentHash.Of((byte)kind, bytes) % Slots;

    private sealed record Content(SharedKind Kind, byte[] Bytes, object Value);
}
