using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Values to look for in what is observed.</summary>
public sealed record WatchlistsOptions : ICrossChecked
{
    /// <summary>Files, each perhaps after <c>TYPE=</c> for values whose form does not tell what they are.</summary>
    [ConfigurationKeyName("files")] public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Time between two looks at the files.</summary>
    [ConfigurationKeyName("poll")][DurationRange("100ms", "1d")] public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems() =>
        Files.Where(string.IsNullOrWhiteSpace).Select(file => ("files", $"'{file}' is no file: write a path, or TYPE=PATH"));
}
