using Xunit;

namespace ActorFingerprint.Tests.Golden;

/// <summary>Counts what a golden comparison found; prints it, and fails on every difference that no reason is given for.</summary>
internal sealed class GoldenTally
{
    private readonly List<string> _misses = [];
    private readonly List<string> _extras = [];

    /// <summary>Rows that agree in every asserted cell.</summary>
    public int Hits { get; private set; }

    public void Hit() => Hits++;

    public void Miss(string what) => _misses.Add(what);

    public void Extra(string what) => _extras.Add(what);

    /// <summary>Prints the summary and fails on what is not in <paramref name="reasoned"/>, and on reasons that are no longer needed.</summary>
    public void Report(IReadOnlyCollection<string> reasoned)
    {
        var lines = _misses.Select(miss => "miss  " + miss).Concat(_extras.Select(extra => "extra " + extra)).ToList();
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine($"{Hits} hits, {_misses.Count} misses, {_extras.Count} extras");
        foreach (var line in lines) output?.WriteLine(line);
        Assert.Empty(lines.Except(reasoned));
        Assert.Empty(reasoned.Except(lines));
    }
}
