using ActorFingerprint.Node.Configuration;

namespace ActorFingerprint.Node.Cli;

/// <summary>The list of <c>--protocols</c>.</summary>
internal static class Protocols
{
    private static readonly string[] Known = ["dhcp", "tls"];

    /// <summary>
    /// The setting of one protocol that a list stands for. Throws <see cref="UsageException"/> for a name that is no
    /// protocol.
    /// </summary>
    public static CommandLineSetting SettingOf(string protocol, string list)
    {
        var named = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (named.Except(Known).FirstOrDefault() is { } unknown)
            throw new UsageException(
                $"--protocols: '{unknown}' is no protocol; write a comma-separated list of {string.Join(", ", Known)}");
        if (named.Length == 0)
            throw new UsageException($"--protocols: the list is empty; write at least one of {string.Join(", ", Known)}");
        return new CommandLineSetting("--protocols", $"capture.{protocol}", named.Contains(protocol) ? "true" : "false");
    }
}
