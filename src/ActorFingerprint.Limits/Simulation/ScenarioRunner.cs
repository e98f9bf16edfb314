using System.Globalization;
using System.Text;
using ActorFingerprint.Limits.Decisions;

namespace ActorFingerprint.Limits.Simulation;

/// <summary>
/// Runs scenario files against a fresh in-memory engine with a manual clock, and prints <c>id PASS|FAIL expected / actual</c> for every
/// step and vector, then totals. With a timeline it draws each scenario instead of listing its passed steps. One instance keeps the
/// totals of its runs.
/// </summary>
public sealed class ScenarioRunner
{
    private readonly List<string> _failed = [];
    private int _scenarios, _steps, _vectors, _passed;

    /// <summary>Ids of the steps and vectors that failed so far.</summary>
    public IReadOnlyList<string> Failed => _failed;

    /// <summary>How many steps and vectors passed so far.</summary>
    public int Passed => _passed;

    /// <summary>Runs the files in order.</summary>
    /// <param name="files">Their paths.</param>
    /// <param name="output">Where to.</param>
    /// <param name="timeline">Draws instead of listing the steps that passed.</param>
    /// <param name="refuse">Is told of a file that cannot be read; null writes that to <paramref name="output"/>.</param>
    /// <returns>0 when all passed, 1 when a step or vector failed, 2 when a file could not be read.</returns>
    public int Run(IEnumerable<string> files, TextWriter output, bool timeline, Action<string>? refuse = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(output);
        refuse ??= output.WriteLine;
        var broken = false;
        foreach (var path in files)
        {
            try
            {
                Run(ScenarioFile.Load(path), output, timeline);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
            {
                refuse(error is FileNotFoundException or DirectoryNotFoundException ? $"{path}: no such file"
                    : error.Message.StartsWith(path, StringComparison.Ordinal) ? error.Message : $"{path}: {error.Message}");
                broken = true;
            }
        }
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_scenarios} scenarios, {_steps} steps, {_vectors} vectors: {_passed} passed, {_failed.Count} failed"));
        return broken ? 2 : _failed.Count > 0 ? 1 : 0;
    }

    /// <summary>Runs one loaded file, without the totals.</summary>
    public void Run(ScenarioFile file, TextWriter output, bool timeline)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(output);
        foreach (var scenario in file.Scenarios) Run(file.Format, scenario, output, timeline);
        foreach (var (kind, vectors) in file.Vectors)
            for (var i = 0; i < vectors.Count; i++)
            {
                var (expected, actual) = VectorCheck.Run(kind, vectors[i], file.Format);
                _vectors++;
                Report($"{kind}#{i}", expected == actual, expected, actual, output, quiet: false);
            }
    }

    private void Run(ScenarioFormat format, Scenario scenario, TextWriter output, bool timeline)
    {
        _scenarios++;
        var session = new ScenarioSession(format, scenario);
        var picture = timeline ? new TimelinePicture(scenario, output) : null;
        for (var s = 0; s < scenario.Steps.Count; s++)
        {
            var step = scenario.Steps[s];
            for (var run = 0; run < step.Repeat; run++)
            {
                var actual = Run(session, step, step.At + run * step.EverySeconds, picture);
                var wanted = step.ExpectEach is { } each ? (run < each.Count ? each[run] : null) : step.Expect;
                if (wanted is null || actual is null) continue;
                _steps++;
                var id = step.Repeat == 1 ? $"{scenario.Id}#{s}" : $"{scenario.Id}#{s}.{run}";
                Report(id, Matches(wanted, actual), Text(wanted), Text(actual), output, quiet: timeline);
            }
        }
        picture?.End();
    }

    private static ScenarioExpectation? Run(ScenarioSession session, ScenarioStep step, long at, TimelinePicture? picture)
    {
        if (step.Op is not null)
        {
            picture?.Operation(step, at);
            return session.Operate(step, at);
        }
        var request = session.Request(step, at);
        var result = session.Engine.Decide(request);
        picture?.Step(step, at, result, session, request);
        return Of(result);
    }

    private void Report(string id, bool passed, string expected, string actual, TextWriter output, bool quiet)
    {
        if (passed) _passed++;
        else _failed.Add(id);
        if (!quiet || !passed) output.WriteLine($"{id} {(passed ? "PASS" : "FAIL")} {expected} / {actual}");
    }

    private static ScenarioExpectation Of(LimitResult result) => new()
    {
        Decision = WireNames.Of(result.Decision),
        Level = result.Level,
        RetryAfter = result.RetryAfterSeconds,
        Mode = WireNames.Of(result.Mode),
        Reasons = WireNames.Of(result.Reasons),
        Ephemeral = result.Ephemeral,
    };

    private static bool Matches(ScenarioExpectation wanted, ScenarioExpectation actual) =>
        (wanted.Decision is null || wanted.Decision == actual.Decision)
        && (wanted.Level is null || wanted.Level == actual.Level)
        && (wanted.RetryAfter is null || wanted.RetryAfter == actual.RetryAfter)
        && (wanted.Mode is null || wanted.Mode == actual.Mode)
        && (wanted.Ephemeral is null || wanted.Ephemeral == actual.Ephemeral)
        && (wanted.Accepted is null || wanted.Accepted == actual.Accepted)
        && (wanted.Allowed is null
            || (wanted.Allowed == actual.Allowed && wanted.Remaining == actual.Remaining && wanted.ResetAt == actual.ResetAt))
        && (wanted.Reasons is null || !wanted.Reasons.Except(actual.Reasons ?? []).Any());

    private static string Text(ScenarioExpectation one)
    {
        var text = new StringBuilder();
        void Add(string? part) => text.Append(part is null ? "" : text.Length == 0 ? part : " " + part);
        Add(one.Decision);
        if (one.Level is { } level) Add($"L{level}");
        if (one.Accepted is { } accepted) Add(accepted ? "accepted" : "refused");
        var resetAt = one.ResetAt?.ToString(CultureInfo.InvariantCulture) ?? "null";
        if (one.Allowed is { } allowed) Add($"{(allowed ? "allowed" : "denied")} remaining={one.Remaining} resetAt={resetAt}");
        if (one.RetryAfter is { } retry) Add($"{retry}s");
        Add(one.Mode);
        if (one.Reasons is { Count: > 0 } reasons) Add($"[{string.Join(',', reasons)}]");
        if (one.Ephemeral == true) Add("ephemeral");
        return text.ToString();
    }
}
