using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>One request of a scenario: where it is posted, and its body.</summary>
internal sealed record LimiterQuestion(string Path, JsonObject Body);

/// <summary>
/// The limiter's scenario files as requests over HTTP. Each play has addresses and accounts of its own, moved so that they stay neighbours where
/// they were.
/// </summary>
internal static class LimiterScenarios
{
    /// <summary>Scenarios that a node with the reference profile can be asked: no switches, no outages, no rotations. Their names and steps.</summary>
    public static IReadOnlyList<(string Name, JsonElement Steps)> Load()
    {
        var scenarios = new List<(string, JsonElement)>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(ActorFingerprint.Tests.Repository.Root, "tests", "data", "limits"), "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var scenario in JsonElement.Parse(File.ReadAllText(file)).GetProperty("scenarios").EnumerateArray())
            {
                var steps = scenario.GetProperty("steps");
                if (scenario.TryGetProperty("profile", out _) || scenario.TryGetProperty("overrides", out _)
                    || steps.EnumerateArray().Any(step => step.TryGetProperty("op", out var op) && op.GetString() is "store" or "rotate"))
                    continue;
                scenarios.Add((scenario.GetProperty("id").GetString()!, steps));
            }
        }
        return scenarios;
    }

    /// <summary>The requests of a scenario in order; <paramref name="play"/>, 0 to 200, keeps them apart from those of other plays.</summary>
    public static IEnumerable<LimiterQuestion> Questions(JsonElement steps, int play)
    {
        foreach (var step in steps.EnumerateArray())
        {
            var question = step.TryGetProperty("op", out _) ? Throttle(step, play) : Attempt(step, play);
            var repeat = step.TryGetProperty("repeat", out var times) ? times.GetInt32() : 1;
            for (var i = 0; i < repeat; i++) yield return question;
        }
    }

    private static LimiterQuestion Attempt(JsonElement step, int play)
    {
        var body = new JsonObject
        {
            ["policy"] = Text(step, "policy"),
            ["ip"] = Moved(Text(step, "ip")!, play),
            ["userAgent"] = Text(step, "ua"),
        };
        if (Text(step, "account") is { } account) body["accountId"] = string.Create(CultureInfo.InvariantCulture, $"{account}-{play}");
        if (Text(step, "correlationId") is { } correlation) body["correlationId"] = string.Create(CultureInfo.InvariantCulture, $"{correlation}-{play}");
        if (step.TryGetProperty("cost", out var cost)) body["cost"] = cost.GetInt64();
        if (step.TryGetProperty("device", out var device) && Text(device, "fp") is { } fingerprint)
        {
            switch (Text(device, "confidence"))
            {
                case "HIGH": (body["sessionDeviceId"], body["sessionTrusted"]) = ($"session-{fingerprint}", true); break;
                case "MEDIUM": body["clientHints"] = new JsonObject { ["v"] = fingerprint }; break;
                default: body["sessionDeviceId"] = $"session-{fingerprint}"; break;
            }
            if (device.TryGetProperty("verified", out var verified)) body["devicePreviouslyVerified"] = verified.GetBoolean();
        }
        return new($"api/limits/{Text(step, "cmd")}", body);
    }

    private static LimiterQuestion Throttle(JsonElement step, int play) => new("api/limits/throttle", new JsonObject
    {
        ["name"] = Text(step, "name"),
        ["limit"] = step.GetProperty("limit").GetInt64(),
        ["intervalSeconds"] = step.GetProperty("interval").GetInt64(),
        ["subject"] = string.Create(CultureInfo.InvariantCulture, $"{Text(step, "subject")}-{play}"),
        ["cost"] = step.TryGetProperty("cost", out var cost) ? cost.GetInt64() : 1,
    });

    private static string Moved(string address, int play)
    {
        var at = address.IndexOfAny(['.', ':']);
        return address[at] == '.'
            ? string.Create(CultureInfo.InvariantCulture, $"{11 + play}{address[at..]}")
            : string.Create(CultureInfo.InvariantCulture, $"{0x2a00 + play:x}{address[at..]}");
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
