using System.Globalization;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Files;

/// <summary>The place behind a <see cref="SourcePosition"/>: a file of the source and an offset in it.</summary>
/// <param name="Index">0-based place of the file in the source.</param>
/// <param name="Name">Its name, to notice that the source is another one now.</param>
/// <param name="FirstFrame">Number of the file's first frame in the source.</param>
/// <param name="Offset">Offset of the next record in the unpacked file.</param>
/// <param name="Context">What the record reader knew there.</param>
internal sealed record FilePosition(int Index, string Name, long FirstFrame, long Offset, RecordContext Context)
{
    /// <summary>The position in the words that the engine keeps.</summary>
    public SourcePosition At(long frame) => new(frame, string.Create(CultureInfo.InvariantCulture,
        $"{Index} {FirstFrame} {Offset} {Context.Section} {Context.Interfaces} {Context.LastTicks} {Name}"));

    /// <summary>Reads the words back; false when they are not ours.</summary>
    public static bool TryParse(SourcePosition position, out FilePosition place)
    {
        place = null!;
        var words = position.Token.Split(' ', 7);
        if (words.Length != 7) return false;
        Span<long> numbers = stackalloc long[6];
        for (var i = 0; i < numbers.Length; i++)
            if (!long.TryParse(words[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i])) return false;
        if (numbers[0] is < 0 or > int.MaxValue || numbers[2] < 0 || numbers[4] is < 0 or > PcapngRecordReader.MaxInterfaces) return false;
        place = new FilePosition(
            (int)numbers[0], words[6], numbers[1], numbers[2], new RecordContext(numbers[3], (int)numbers[4], numbers[5]));
        return true;
    }
}
