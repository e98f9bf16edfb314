namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>Something in a file that could not be read.</summary>
/// <param name="Line">Where; 0 in files without lines.</param>
/// <param name="What">What is wrong.</param>
public readonly record struct ImportProblem(int Line, string What);

/// <summary>
/// What an import left out: entries that are wrong, and what is right but has no use here. Bounded, whatever the file holds.
/// </summary>
public sealed class ImportProblems
{
    /// <summary>Problems that are kept with their text.</summary>
    public const int MaxListed = 100;

    private const int MaxReasons = 100;
    private const int MaxText = 300;
    private const string OtherReasons = "other reasons";

    private readonly List<ImportProblem> _listed = [];
    private readonly SortedDictionary<string, long> _unused = new(StringComparer.Ordinal);

    /// <summary>The first <see cref="MaxListed"/> problems.</summary>
    public IReadOnlyList<ImportProblem> Listed => _listed;

    /// <summary>All problems.</summary>
    public long Count { get; private set; }

    /// <summary>What was read but says nothing that could be compared or told, by reason.</summary>
    public IReadOnlyDictionary<string, long> Unused => _unused;

    /// <summary>Counts a problem.</summary>
    public void Add(int line, string what)
    {
        ArgumentNullException.ThrowIfNull(what);
        Count++;
        if (_listed.Count < MaxListed) _listed.Add(new ImportProblem(line, what.Length <= MaxText ? what : what[..MaxText] + "…"));
    }

    /// <summary>Counts something that is in order but of no use, with its reason (a text from a small set).</summary>
    public void CountUnused(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (_unused.Count >= MaxReasons && !_unused.ContainsKey(reason)) reason = OtherReasons;
        _unused[reason] = _unused.GetValueOrDefault(reason) + 1;
    }
}
