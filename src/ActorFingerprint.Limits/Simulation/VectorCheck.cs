using System.Text;
using System.Text.Json;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Limits.Simulation;

/// <summary>Holds one vector of a scenario file against the code it is about.</summary>
internal static class VectorCheck
{
    private static readonly JsonElement SomeHints = JsonDocument.Parse("""{"platform":"other"}""").RootElement;

    /// <summary>Expected and actual, as text.</summary>
    public static (string Expected, string Actual) Run(string kind, JsonElement vector, ScenarioFormat format) => kind switch
    {
        "userAgent" => (Text(vector, "canonical"), CanonicalUserAgent.Of(Text(vector, "raw"))),
        "ipScope" => AddressScopes(vector),
        "confidence" => Confidence(vector, format),
        "key" => (Text(vector, "hmacSha256Hex"), Hmac(format.Secrets.Key, vector)),
        "fingerprint" => (Text(vector, "hmacSha256Hex"), Hmac(format.Secrets.Fingerprint, vector)),
        _ => throw new InvalidDataException($"unknown kind of vector '{kind}'"),
    };

    private static (string, string) AddressScopes(JsonElement vector)
    {
        var macro = vector.GetProperty("macro").EnumerateArray().Select(m => m.GetString());
        var expected = string.Join(' ', macro.Prepend(Text(vector, "k1")));
        if (!AddressScope.TryParse(Text(vector, "ip"), out var scope)) return (expected, "not an address");
        return (expected, scope.IsIPv6 ? $"{scope} {scope.Text(48)} {scope.Text(40)} {scope.Text(32)}" : scope.ToString());
    }

    private static (string, string) Confidence(JsonElement vector, ScenarioFormat format)
    {
        var resolver = new DeviceIdentityResolver(LimiterSecrets.Create(format.Secrets.Key, format.Secrets.Fingerprint));
        var identity = resolver.Resolve(new DeviceSignals
        {
            UserAgent = "Chrome/123",
            ClientHints = vector.GetProperty("client").GetBoolean() ? SomeHints : null,
            SessionDeviceId = vector.GetProperty("session").GetBoolean() ? "session" : null,
            SessionTrusted = vector.GetProperty("trusted").GetBoolean(),
        });
        return (
            $"{Text(vector, "confidence")} {vector.GetProperty("trustedSession").GetBoolean()}",
            $"{WireNames.Of(identity.Confidence)} {identity.TrustedSession}");
    }

    private static string Hmac(string secret, JsonElement vector)
    {
        var components = vector.GetProperty("components").EnumerateArray().Select(c => c.GetString() ?? "").ToArray();
        return KeyRing.Derive(Encoding.UTF8.GetBytes(secret), components).ToString();
    }

    private static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString() ?? "";
}
