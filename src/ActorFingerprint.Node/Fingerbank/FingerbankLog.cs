using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>What is logged about the Fingerbank API; event ids 5500–5549. No device, no key, no text of the server.</summary>
internal static partial class FingerbankLog
{
    [LoggerMessage(5500, LogLevel.Information,
        "Fingerbank is on: {Fields} of devices are sent to {Address} ('actorfp config show --network' prints an example)")]
    public static partial void Started(ILogger log, string fields, string address);

    [LoggerMessage(5501, LogLevel.Information, "Fingerbank: {Count} questions gathered ({Trigger})")]
    public static partial void Gathered(ILogger log, SyncTrigger trigger, int count);

    [LoggerMessage(5502, LogLevel.Warning, "Fingerbank: nothing is asked before {Until:u}: the last answer was {Cause}")]
    public static partial void OnHold(ILogger log, DateTime until, InterrogationOutcome cause);

    [LoggerMessage(5503, LogLevel.Information, "Fingerbank answers")]
    public static partial void Answers(ILogger log);

    [LoggerMessage(5504, LogLevel.Warning, "Fingerbank: answers cannot be kept, so nothing is asked: {Problem}")]
    public static partial void NotKept(ILogger log, string problem);

    [LoggerMessage(5505, LogLevel.Error, "Fingerbank: the background sync ended: {Problem}; restart the node")]
    public static partial void Ended(ILogger log, string problem);

    [LoggerMessage(5506, LogLevel.Warning, "Fingerbank: {Count} damaged rows of the cache were dropped")]
    public static partial void Damaged(ILogger log, long count);

    [LoggerMessage(5507, LogLevel.Warning, "Fingerbank waits for the store: {Problem}; it goes on by itself")]
    public static partial void Waits(ILogger log, string problem);
}
