using System.Collections;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>
/// <c>ACTORFP_HTTP__PORT=9000</c> sets <c>http.port</c>: two underscores go one level down, one stands for <c>-</c>. Variables that the
/// tools themselves read (<c>ACTORFP_SHARED</c>) are not options and are left out.
/// </summary>
public sealed class EnvironmentLayer(IDictionary variables) : ConfigurationProvider, IConfigurationSource, IConfigurationOrigin
{
    private const string Prefix = "ACTORFP_";
    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc />
    public override void Load()
    {
        foreach (DictionaryEntry variable in variables)
        {
            if (variable.Key is not string name || !name.StartsWith(Prefix, StringComparison.Ordinal)
                || !name.Contains("__", StringComparison.Ordinal)) continue;
            var key = name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal).Replace('_', '-').ToLowerInvariant();
            Data[key] = (string?)variable.Value;
            _names[key] = name;
        }
    }

    /// <summary>
    /// Variables that name a key but for the underscores: <c>ACTORFP_HTTP_PORT</c> for <c>ACTORFP_HTTP__PORT</c>. One line each.
    /// </summary>
    public static IEnumerable<string> Misspelt(IDictionary variables)
    {
        List<string> candidates = [];
        foreach (var name in variables.Keys)
            if (name is string text && text.StartsWith(Prefix, StringComparison.Ordinal) && !text.Contains("__", StringComparison.Ordinal))
                candidates.Add(text);
        if (candidates.Count == 0) return [];
        candidates.Sort(StringComparer.Ordinal);
        var keys = EffectiveConfiguration.Keys.ToDictionary(
            k => $"{k.Section}_{k.Name}".Replace('-', '_').ToUpperInvariant(),
            k => $"{Prefix}{k.Section}__{k.Name}".Replace('-', '_').ToUpperInvariant(), StringComparer.Ordinal);
        return candidates
            .Select(n => keys.TryGetValue(n[Prefix.Length..].ToUpperInvariant(), out var meant)
                ? $"environment variable {n} sets nothing: write {meant}" : null)
            .OfType<string>();
    }

    /// <inheritdoc />
    public string? Describe(string key) => _names.TryGetValue(key, out var name) ? $"environment variable {name}" : null;
}

/// <summary>Values given on the command line: the uppermost layer. Keys are dotted, as in the file.</summary>
public sealed class CommandLineLayer(IReadOnlyList<CommandLineSetting> settings) : ConfigurationProvider, IConfigurationSource,
    IConfigurationOrigin
{
    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc />
    public override void Load()
    {
        foreach (var setting in settings) Data[setting.Path] = setting.Value;
    }

    /// <inheritdoc />
    public string? Describe(string key) =>
        settings.LastOrDefault(s => s.Path.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } found ? $"option {found.Option}" : null;
}

/// <summary>One value of the command line: which option gave it, the dotted key that it sets, and its text.</summary>
public sealed record CommandLineSetting(string Option, string Key, string Value)
{
    /// <summary>The key as Microsoft.Extensions.Configuration writes it.</summary>
    public string Path => Key.Replace('.', ':');
}
