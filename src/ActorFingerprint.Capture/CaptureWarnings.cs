using System.Collections.Immutable;

namespace ActorFingerprint.Capture;

/// <summary>The warnings of one source: bounded, written by its reader, read on any thread.</summary>
internal sealed class CaptureWarnings
{
    /// <summary>Most lines kept; one more says that others were left out.</summary>
    public const int Kept = 256;

    private ImmutableList<string> _lines = [];

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines => Volatile.Read(ref _lines);

    /// <summary>Adds a line.</summary>
    public void Add(string line) => ImmutableInterlocked.Update(ref _lines, static (lines, added) => lines.Count switch
    {
        < Kept => lines.Add(added),
        Kept => lines.Add("further warnings are left out"),
        _ => lines,
    }, line);
}
