using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace ActorFingerprint.Node.Audit;

/// <summary>One thing worth proving later.</summary>
/// <param name="Event">What: <see cref="AuditEvents"/>.</param>
/// <param name="Actor">Who: <c>node</c>, <c>cli</c>, or <c>http:ROLE</c>.</param>
/// <param name="Outcome"><c>ok</c>, <c>denied</c>, <c>failed</c>, or the new state of a capture.</param>
public sealed record AuditEntry(string Event, string Actor, string Outcome)
{
    /// <summary>Capture source, or null. Anything that looks like a MAC address in it is masked.</summary>
    public string? Source { get; init; }

    /// <summary>Persistence id of the device concerned, or null. Never a key, address or name.</summary>
    public string? Subject { get; init; }

    /// <summary>An error code or count of our own making; never text from the wire.</summary>
    public string? Detail { get; init; }
}

/// <summary>What the log records.</summary>
public static class AuditEvents
{
    /// <summary>A capture changed its state; the outcome is the new state.</summary>
    public const string Capture = "capture.state";
    /// <summary>A capture was not permitted by the system.</summary>
    public const string CaptureDenied = "capture.permission-denied";
    /// <summary>A device was erased.</summary>
    public const string Erased = "device.erased";
    /// <summary>A device was named, or its name removed.</summary>
    public const string Labelled = "device.labelled";
    /// <summary>All captured data was removed.</summary>
    public const string Cleared = "store.cleared";
    /// <summary>A call of the admin interface.</summary>
    public const string Admin = "admin.call";
    /// <summary>A request without the right token, or with a foreign host or origin.</summary>
    public const string Refused = "http.refused";
    /// <summary>A part of the node that sends to other machines, or reads files of this one, was started or stopped.</summary>
    public const string OptIn = "opt-in.state";
    /// <summary>A device was contacted; the source says what for.</summary>
    public const string Contact = "device.contacted";
    /// <summary>The node started or stopped.</summary>
    public const string Node = "node.state";
}

/// <summary>A line as stored; the order of its members is the order in the file.</summary>
internal sealed record AuditLine(
    [property: JsonPropertyName("seq")] long Sequence,
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("actor")] string Actor,
    [property: JsonPropertyName("outcome")] string Outcome,
    [property: JsonPropertyName("source")] string? Source,
    [property: JsonPropertyName("subject")] string? Subject,
    [property: JsonPropertyName("detail")] string? Detail,
    [property: JsonPropertyName("prev")] string Previous)
{
    public static AuditLine? TryRead(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, AuditJson.Default.AuditLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Result of <see cref="AuditLog.Verify"/>.</summary>
/// <param name="Lines">Lines that are good.</param>
/// <param name="Head">Hash of the last good line.</param>
/// <param name="BadLine">1-based number of the first bad line, or null.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record AuditVerification(long Lines, string Head, long? BadLine, string? Problem)
{
    /// <summary>True when every line is good.</summary>
    public bool IsIntact => BadLine is null;
}

/// <summary>Masks what looks like a MAC address: Linux names USB cards after theirs (wlx…), files are named after devices.</summary>
internal static partial class Redaction
{
    public static string? Of(string? text) => text is null ? null : Mac().Replace(text, "(mac)");

    [GeneratedRegex(
        "(?<![0-9A-Fa-f])"
        + "(?:[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{1,2}[:-]){5}[0-9A-Fa-f]{1,2}|(?:[0-9A-Fa-f]{4}\\.){2}[0-9A-Fa-f]{4})"
        + "(?![0-9A-Fa-f])")]
    private static partial Regex Mac();
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditLine))]
internal sealed partial class AuditJson : JsonSerializerContext;
