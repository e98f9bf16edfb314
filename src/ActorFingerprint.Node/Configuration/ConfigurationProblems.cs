namespace ActorFingerprint.Node.Configuration;

/// <summary>One thing that is wrong with the configuration: where, which key, and what to write.</summary>
public sealed record ConfigurationProblem(string? Where, string Key, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Where is null ? $"{Key}: {Message}" : $"{Where}: {Key}: {Message}";
}

/// <summary>The configuration cannot be used. Every problem is named, one line each, so that one edit can fix all of them.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>What is wrong, in the order of the options.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}

/// <summary>A configuration provider that can say where it has a key from.</summary>
public interface IConfigurationOrigin
{
    /// <summary><c>file(line)</c>, an environment variable or a command-line option; null when the key is not here.</summary>
    string? Describe(string key);
}

/// <summary>Options whose members depend on each other.</summary>
public interface ICrossChecked
{
    /// <summary>Member key (as in the file) and what is wrong with it; nothing when all is well.</summary>
    IEnumerable<(string Key, string Message)> Problems();
}
