using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;

namespace ActorFingerprint.AspNetCore;

/// <summary>A question on the wire (docs/http.md, "Limits").</summary>
internal sealed record NodeQuestion(
    string Policy, string Ip, string? UserAgent, string? AcceptLanguage, string? AccountId, string? CorrelationId, JsonElement? ClientHints,
    string? SessionDeviceId, bool SessionTrusted, bool DevicePreviouslyVerified, long Cost)
{
    public static NodeQuestion Of(DeviceLimitQuestion question) => new(
        question.Policy, question.Address.ToString(), question.Signals.UserAgent, question.Signals.AcceptLanguage, question.AccountId,
        question.CorrelationId, question.Signals.ClientHints, question.Signals.SessionDeviceId, question.Signals.SessionTrusted,
        question.Signals.DevicePreviouslyVerified, question.Cost);
}

/// <summary>Its answer.</summary>
internal sealed record NodeAnswer(
    string Decision, int Level, long RetryAfter, string Mode, IReadOnlyList<string> Reasons, bool Ephemeral, string Confidence)
{
    /// <exception cref="InvalidOperationException">A word that the contract does not have.</exception>
    public LimitResult ToResult() =>
        WireNames.TryParse(Decision, out LimitDecision decision) && WireNames.TryParse(Mode, out LimitMode mode)
        && WireNames.TryParse(Confidence, out DeviceConfidence confidence) && WireNames.TryParse(Reasons, out var reasons)
            ? new(decision, Level, RetryAfter, mode, reasons, Ephemeral, confidence)
            : throw new InvalidOperationException("the limiter node answers in words of another version");
}

/// <summary>A spending from a throttle.</summary>
internal sealed record NodeThrottle(string Name, long Limit, long IntervalSeconds, string Subject, long Cost);

/// <summary>Its answer.</summary>
internal sealed record NodeThrottleAnswer(bool Allowed, long Remaining, long RetryAfter, long? ResetAt);

/// <summary>What a refusal says (RFC 9457).</summary>
internal sealed record NodeProblem(string? Detail);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeQuestion))]
[JsonSerializable(typeof(NodeAnswer))]
[JsonSerializable(typeof(NodeThrottle))]
[JsonSerializable(typeof(NodeThrottleAnswer))]
[JsonSerializable(typeof(NodeProblem))]
internal sealed partial class NodeJson : JsonSerializerContext;
