using System.Net;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>The Fingerbank API and the cache of its answers. Off, nothing leaves this machine.</summary>
public sealed record FingerbankOptions : ICrossChecked
{
    /// <summary>Asks the API, and keeps its answers.</summary>
    [ConfigurationKeyName("enabled")] public bool Enabled { get; init; }

    /// <summary>The key; empty takes <see cref="ApiKeyFile"/>.</summary>
    [ConfigurationKeyName("api-key")] public string ApiKey { get; init; } = "";

    /// <summary>A file of mode 0600 with the key in it.</summary>
    [ConfigurationKeyName("api-key-file")] public string ApiKeyFile { get; init; } = "";

    /// <summary>Where questions are sent.</summary>
    [ConfigurationKeyName("address")] public string Address { get; init; } = "https://api.fingerbank.org/api/v2/combinations/interrogate";

    /// <summary>What of a device may be sent.</summary>
    [ConfigurationKeyName("fields")] public IReadOnlyList<string> Fields { get; init; } = ["mac", "dhcp_fingerprint", "user_agents"];

    /// <summary>Longest wait for one answer.</summary>
    [ConfigurationKeyName("timeout")][DurationRange("100ms", "2m")] public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer is kept.</summary>
    [ConfigurationKeyName("ttl")][DurationRange("1h", "365d")] public TimeSpan Ttl { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Most questions in any hour.</summary>
    [ConfigurationKeyName("hourly-limit")][CountRange(1, 1_000_000)] public int HourlyLimit { get; init; } = 300;

    /// <summary>Most questions in any 24 hours.</summary>
    [ConfigurationKeyName("daily-limit")][CountRange(1, 10_000_000)] public int DailyLimit { get; init; } = 2000;

    /// <summary>Most questions in any 31 days.</summary>
    [ConfigurationKeyName("monthly-limit")][CountRange(1, 100_000_000)] public int MonthlyLimit { get; init; } = 30_000;

    /// <summary>Rests while this machine runs on battery or is too warm, where the system tells.</summary>
    [ConfigurationKeyName("pause-under-strain")] public bool PauseUnderStrain { get; init; } = true;

    /// <summary>The limits together.</summary>
    internal QuotaLimits Limits => new(HourlyLimit, DailyLimit, MonthlyLimit);

    /// <summary>The fields that may be sent.</summary>
    internal IReadOnlySet<ApiField> SentFields =>
        ApiFields.All.Where(f => Fields.Contains(f.Name, StringComparer.Ordinal)).Select(f => f.Field).ToHashSet();

    /// <summary>The key does not appear.</summary>
    public override string ToString() => $"{nameof(FingerbankOptions)} {{ {nameof(Enabled)} = {Enabled}, {nameof(Address)} = {Address} }}";

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        foreach (var name in Fields.Where(name => !ApiFields.TryParse(name, out _)))
            yield return ("fields", $"'{name}' cannot be sent: choose of {string.Join(", ", ApiFields.All.Select(f => f.Name))}");
        if (Fields.All(name => name == ApiFields.NameOf(ApiField.Mac)))
            yield return ("fields", "name something besides mac: an address alone asks for what the vendor table answers");
        if (!IsSafe(Address))
            yield return ("address", "is no place for the key: write an https:// address without user, query or fragment, such as "
                + new FingerbankOptions().Address);
        if (!Enabled) yield break;
        if (ApiKey.Length == 0 && ApiKeyFile.Length == 0)
            yield return ("enabled", "needs a key: set fingerbank.api-key-file to a file of mode 0600 that holds it");
        if (ApiKey.Length > 0 && ApiKeyFile.Length > 0) yield return ("api-key", "is set, and so is fingerbank.api-key-file: keep one of them");
        if (HourlyLimit > DailyLimit || DailyLimit > MonthlyLimit)
            yield return ("hourly-limit", "hour, day and month must rise: lower fingerbank.hourly-limit or raise the others");
    }

    /// <summary>Clear text only to this machine.</summary>
    private static bool IsSafe(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri is { UserInfo: "", Query: "", Fragment: "" }
        && (uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}
