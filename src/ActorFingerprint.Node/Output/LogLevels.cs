using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Output;

/// <summary>The least level that one category of log lines has now.</summary>
public sealed class LogGate
{
    private volatile LogLevel _least;

    internal LogGate(LogLevel least) => _least = least;

    internal LogLevel Least
    {
        get => _least;
        set => _least = value;
    }

    /// <summary>True when lines of this level are written.</summary>
    public bool Allows(LogLevel level) => level >= _least && level != LogLevel.None;
}

/// <summary>A level that holds for a category and those below it.</summary>
/// <param name="Category">A category; <see cref="LogLevels.Default"/> for all that no rule names.</param>
/// <param name="Level">The least severe level that is written.</param>
/// <param name="Until">When it goes back; null when it stays.</param>
/// <param name="IsOverride">Set while the node runs, over what was configured.</param>
public sealed record LogRule(string Category, LogLevel Level, DateTimeOffset? Until, bool IsOverride);

/// <summary>
/// Levels of the log by category, which can be changed while the node runs, for a time or until it stops. The rule that names a category best holds:
/// its whole name or its last part, then the longest name above it, then <see cref="Default"/>. Safe from any thread.
/// </summary>
public sealed class LogLevels : IDisposable
{
    /// <summary>Name that stands for all categories.</summary>
    public const string Default = "default";

    /// <summary>Longest name of a category.</summary>
    public const int MaxCategory = 200;

    /// <summary>Overrides at most.</summary>
    public const int MaxOverrides = 64;

    /// <summary>Longest time of an override that goes back by itself.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromDays(7);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<string, LogLevel> _configured;
    private readonly Dictionary<string, Override> _overrides = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LogGate> _gates = new(StringComparer.Ordinal);

    /// <summary>Levels as configured: <paramref name="least"/> for ours, and less of what the platform says.</summary>
    public LogLevels(LogLevel least, TimeProvider time)
    {
        _time = time;
        _configured = new Dictionary<string, LogLevel>(StringComparer.Ordinal)
        {
            [Default] = least,
            ["Microsoft"] = least > LogLevel.Warning ? least : LogLevel.Warning,
            ["Microsoft.Extensions.Hosting"] = LogLevel.None, // what it logs is thrown, too, and then told in one line
        };
    }

    /// <summary>All rules in force, by category.</summary>
    public IReadOnlyList<LogRule> Rules
    {
        get
        {
            lock (_gate)
                return [.. _configured.Keys.Union(_overrides.Keys).Order(StringComparer.Ordinal).Select(RuleOf)];
        }
    }

    /// <summary>The gate of a category's logger; it follows all changes.</summary>
    public LogGate GateOf(string category)
    {
        lock (_gate)
        {
            if (!_gates.TryGetValue(category, out var gate)) _gates[category] = gate = new LogGate(LevelOf(category));
            return gate;
        }
    }

    /// <summary>
    /// Sets the level of a category, for a time or until it is set again, over what was configured; null goes back to that. False with what is wrong.
    /// </summary>
    public bool TrySet(string category, LogLevel? level, TimeSpan? duration, [NotNullWhen(false)] out string? problem)
    {
        if (!IsCategory(category))
        {
            problem = $"category is '{Default}' or a name such as CaptureController or ActorFingerprint.Node: at most {MaxCategory} letters, digits, '.', '_'";
            return false;
        }
        if (duration is { } time && (time <= TimeSpan.Zero || time > MaxDuration))
        {
            problem = "for is longer than 0s and at most 7d";
            return false;
        }
        lock (_gate)
        {
            if (level is not null && !_overrides.ContainsKey(category) && _overrides.Count >= MaxOverrides)
            {
                problem = $"there are {MaxOverrides} categories with a level of their own: take one back first";
                return false;
            }
            Remove(category);
            if (level is { } least)
            {
                var set = new Override(least, duration is { } length ? _time.GetUtcNow() + length : null);
                if (duration is { } length2) set.Timer = _time.CreateTimer(_ => Expire(category, set), null, length2, Timeout.InfiniteTimeSpan);
                _overrides[category] = set;
            }
            Apply();
        }
        problem = null;
        return true;
    }

    /// <summary>The rule that is in force for a category by its very name; null when it has none.</summary>
    public LogRule? Find(string category)
    {
        lock (_gate) return _configured.ContainsKey(category) || _overrides.ContainsKey(category) ? RuleOf(category) : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
            foreach (var category in _overrides.Keys.ToArray()) Remove(category);
    }

    private static bool IsCategory(string text) =>
        text.Length is > 0 and <= MaxCategory && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_');

    /// <summary>How well a rule names a category; 0 when it does not.</summary>
    private static int MatchOf(string rule, string category)
    {
        if (rule == category) return int.MaxValue;
        if (rule == Default) return 1;
        if (category.EndsWith(rule, StringComparison.Ordinal) && category[^(rule.Length + 1)] == '.') return int.MaxValue - 1;
        return category.StartsWith(rule, StringComparison.Ordinal) && category[rule.Length] == '.' ? rule.Length + 1 : 0;
    }

    private LogRule RuleOf(string category) => _overrides.TryGetValue(category, out var set)
        ? new LogRule(category, set.Level, set.Until, IsOverride: true)
        : new LogRule(category, _configured[category], null, IsOverride: false);

    private LogLevel LevelOf(string category)
    {
        var best = _configured.Keys.Union(_overrides.Keys).MaxBy(rule => MatchOf(rule, category))!;
        return RuleOf(best).Level;
    }

    private void Apply()
    {
        foreach (var (category, gate) in _gates) gate.Least = LevelOf(category);
    }

    private void Expire(string category, Override set)
    {
        lock (_gate)
        {
            if (!_overrides.TryGetValue(category, out var now) || now != set) return; // set anew meanwhile
            Remove(category);
            Apply();
        }
    }

    private void Remove(string category)
    {
        if (_overrides.Remove(category, out var set)) set.Timer?.Dispose();
    }

    private sealed class Override(LogLevel level, DateTimeOffset? until)
    {
        public LogLevel Level { get; } = level;

        public DateTimeOffset? Until { get; } = until;

        public ITimer? Timer { get; set; }
    }
}
