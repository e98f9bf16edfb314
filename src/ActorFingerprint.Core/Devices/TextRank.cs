using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Core.Devices;

/// <summary>
/// Where a text stands among those that compete for a place in <see cref="TextCounts"/>: by its <see cref="StableHash"/>, and by itself where
/// two hashes are equal.
/// </summary>
internal readonly record struct TextRank(ulong Hash, string Text) : IComparable<TextRank>
{
    /// <summary>After every other.</summary>
    public static TextRank Last => new(ulong.MaxValue, "\uFFFF");

    /// <summary>The rank of a text.</summary>
    public static TextRank Of(string text) => new(StableHash.Of(text), text);

    /// <inheritdoc />
    public int CompareTo(TextRank other) => Hash != other.Hash ? Hash.CompareTo(other.Hash) : string.CompareOrdinal(Text, other.Text);
}
