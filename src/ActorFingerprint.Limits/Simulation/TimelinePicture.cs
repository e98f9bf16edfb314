using System.Globalization;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;

namespace ActorFingerprint.Limits.Simulation;

/// <summary>
/// Draws a scenario as text, a line per request: its time, the answer, the score as a bar against the policy's thresholds, the block in
/// force, and the budget. The score is K4's under account policies and K2's under API policies. Runs of equal answers are folded.
/// </summary>
internal sealed class TimelinePicture
{
    private const int Width = 32;

    private readonly TextWriter _output;
    private string? _held;
    private string _heldKey = "";
    private int _folded;

    public TimelinePicture(Scenario scenario, TextWriter output)
    {
        _output = output;
        output.WriteLine($"── {scenario.Id}  {scenario.Title}  {scenario.Ref}");
        const string scale = "0 to L3, ┊ at L1 and L2";
        output.WriteLine($"{"time",10}  {"policy.command",-20} {"answer",-24} {"score",7} {scale,-Width} {"block",-9} budget");
    }

    public void Step(ScenarioStep step, long at, LimitResult result, ScenarioSession session, in LimitRequest request)
    {
        var view = session.Engine.Read(request);
        session.Policies.TryGet(request.Policy, out var policy);
        var (key, marks) = policy!.Auth is { } auth
            ? (view.K4, (L1: auth.K4.L1, L2: auth.K4.L2, Full: auth.K4.L3))
            : (view.K2, (L1: 0, L2: 0, Full: policy.Api!.K2Limit));
        var answer = result.Decision == LimitDecision.Allow
            ? $"ALLOW{(result.Mode == LimitMode.Normal ? "" : " " + WireNames.Of(result.Mode))}"
            : $"{WireNames.Of(result.Decision)} L{result.Level} {result.RetryAfterSeconds}s";
        var score = key?.Score ?? 0;
        var block = key is { Level: > 0 } held ? $"L{held.Level} {held.RemainingSeconds}s" : "·";
        var cooldown = view.CooldownSeconds > 0 ? $" cooldown {view.CooldownSeconds}s" : "";
        var budget = policy.Auth is { } rules ? $"{view.BudgetCount}/{rules.Budget.Threshold}{cooldown}" : "";
        var who = step.Policy + "." + step.Cmd;
        var bar = Bar(score, marks.L1, marks.L2, marks.Full);
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{at + "s",10}  {who,-20} {answer,-24} {score,7} {bar} {block,-9} {budget}").TrimEnd();
        if (result.Reasons != LimitReasons.None) line += $"  {string.Join(',', WireNames.Of(result.Reasons))}";
        Write(line, $"{who} {answer} {result.Reasons}");
    }

    public void Operation(ScenarioStep step, long at) =>
        Write($"{at + "s",10}  ── {step.Op} {step.State ?? step.Which ?? step.Name}", $"op {at} {step.Op}");

    public void End()
    {
        Write(null, "");
        _output.WriteLine();
    }

    private static string Bar(long score, int l1, int l2, int full)
    {
        var bar = new char[Width];
        var filled = (int)Math.Min(Width, score * Width / full);
        for (var i = 0; i < Width; i++) bar[i] = i < filled ? '█' : '·';
        if (score > 0 && filled == 0) bar[0] = '▏';
        foreach (var mark in (ReadOnlySpan<int>)[l1, l2])
            if (mark > 0 && (int)Math.Min(Width - 1, (long)mark * Width / full) is var at && bar[at] != '█') bar[at] = '┊';
        return new string(bar);
    }

    /// <summary>Holds the latest line back; of a run of equal answers only the first and the last are written.</summary>
    private void Write(string? line, string key)
    {
        if (line is not null && key == _heldKey)
        {
            _held = line;
            _folded++;
            return;
        }
        if (_folded > 1) _output.WriteLine($"{"",10}  … {_folded - 1} more like these");
        if (_held is not null) _output.WriteLine(_held);
        if (line is not null) _output.WriteLine(line);
        (_held, _heldKey, _folded) = (null, key, 0);
    }
}
