using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Node.Cli;

/// <summary>The list of <c>--protocols</c>.</summary>
internal static class Protocols
{
    /// <summary>The names that may be in the list, comma-separated.</summary>
    public static string Known { get; } = string.Join(", ", ProtocolNames.All.Select(known => known.Name));

    /// <summary>
    /// The settings that a list stands for, one for each protocol; null stands for all. Throws <see cref="UsageException"/> for a name
    /// that is no protocol.
    /// </summary>
    public static IEnumerable<CommandLineSetting> SettingsOf(string? list)
    {
        var names = ProtocolNames.All.Select(known => known.Name).ToArray();
        var named = list is null ? names : list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (named.Except(names).FirstOrDefault() is { } unknown)
            throw new UsageException($"--protocols: '{unknown}' is no protocol; write a comma-separated list of {Known}");
        if (named.Length == 0) throw new UsageException($"--protocols: the list is empty; write at least one of {Known}");
        return names.Select(name => new CommandLineSetting("--protocols", $"capture.{name}", named.Contains(name) ? "true" : "false"));
    }
}
