using ActorFingerprint.Node.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node;

/// <summary>What the node logs; event ids 5000–5999. No MAC address, name or payload in any of them.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(5000, LogLevel.Information, "node {Node} serves {Folder}")]
    public static partial void Started(ILogger log, string node, string folder);

    [LoggerMessage(5001, LogLevel.Information, "listening on {Address}; the token is in {TokenFile}")]
    public static partial void Listening(ILogger log, string address, string tokenFile);

    [LoggerMessage(5002, LogLevel.Warning,
        "{Address} is reachable from other machines without HTTPS (http.allow-insecure-remote): tokens travel in clear text")]
    public static partial void InsecureRemote(ILogger log, string address);

    [LoggerMessage(5003, LogLevel.Information,
        "no source is configured: nothing is captured until one is (capture.interfaces, capture.files)")]
    public static partial void NoSources(ILogger log);

    [LoggerMessage(5010, LogLevel.Information, "stopping: {Reason}")]
    public static partial void Stopping(ILogger log, string reason);

    [LoggerMessage(5011, LogLevel.Debug, "shutdown phase {Phase}")]
    public static partial void ShutdownPhase(ILogger log, string phase);

    [LoggerMessage(5012, LogLevel.Error, "shutdown: {Problem}")]
    public static partial void ShutdownProblem(ILogger log, string problem);

    [LoggerMessage(5013, LogLevel.Information, "stopped")]
    public static partial void Stopped(ILogger log);

    [LoggerMessage(5014, LogLevel.Information, "drain: {State}")]
    public static partial void Drain(ILogger log, DrainState state);

    [LoggerMessage(5015, LogLevel.Error, "replay {Replay} failed")]
    public static partial void ReplayFailed(ILogger log, Exception error, string replay);

    [LoggerMessage(5100, LogLevel.Information, "capture {Source}: {State}")]
    public static partial void CaptureState(ILogger log, string source, CaptureState state);

    [LoggerMessage(5101, LogLevel.Error, "capture {Source} failed: {Problem}")]
    public static partial void CaptureFailed(ILogger log, string source, string problem);

    [LoggerMessage(5102, LogLevel.Warning, "capture {Source}: {Warning}")]
    public static partial void CaptureWarning(ILogger log, string source, string warning);

    [LoggerMessage(5103, LogLevel.Information, "{Line}")]
    public static partial void WatchlistsRead(ILogger log, string line);

    [LoggerMessage(5104, LogLevel.Warning, "{Line}")]
    public static partial void WatchlistsRefused(ILogger log, string line);

    [LoggerMessage(5105, LogLevel.Critical, "{Line}; devices are not identified by it")]
    public static partial void SignaturesMissing(ILogger log, string line);

    [LoggerMessage(5106, LogLevel.Information, "lease files are followed: {Files}")]
    public static partial void LeasesFollowed(ILogger log, string files);

    [LoggerMessage(5107, LogLevel.Warning, "leases: {Trouble}")]
    public static partial void LeaseTrouble(ILogger log, string trouble);

    [LoggerMessage(5108, LogLevel.Information, "devices are asked ('actorfp config show --network' prints what)")]
    public static partial void ProbingOn(ILogger log);

    [LoggerMessage(5200, LogLevel.Warning, "request refused: {Code} ({Count} since the last line)")]
    public static partial void RequestRefused(ILogger log, string code, long count);

    [LoggerMessage(5201, LogLevel.Error, "request {Method} {Route} failed")]
    public static partial void RequestFailed(ILogger log, Exception error, string method, string route);

    [LoggerMessage(5202, LogLevel.Information, "event client dropped: it fell {Count} events behind")]
    public static partial void EventClientDropped(ILogger log, int count);

    [LoggerMessage(5203, LogLevel.Error, "the event feed ended: {Problem}; event streams close and clients come back with Last-Event-ID")]
    public static partial void EventFeedFailed(ILogger log, string problem);

    [LoggerMessage(5204, LogLevel.Warning, "event streams wait: {Problem}")]
    public static partial void EventFeedWaits(ILogger log, string problem);


    [LoggerMessage(5250, LogLevel.Warning, "limiter policy {Policy}: breaker {Transition}")]
    public static partial void LimiterBreaker(ILogger log, string policy, string transition);

    [LoggerMessage(5251, LogLevel.Critical,
        "limiter policy {Policy}: its breaker re-opened a third time within 30 minutes, it refuses everything for 10 minutes: see to the store")]
    public static partial void LimiterRefuses(ILogger log, string policy);

    [LoggerMessage(5300, LogLevel.Error, "audit log {Path} is not intact at line {Line}: {Problem}")]
    public static partial void AuditNotIntact(ILogger log, string path, long line, string problem);

    [LoggerMessage(5400, LogLevel.Warning, "store: {Line}")]
    public static partial void StoreWarning(ILogger log, string line);

    [LoggerMessage(5401, LogLevel.Warning,
        "store {Store}: {Remainder}")]
    public static partial void OldBytesRemain(ILogger log, string store, string remainder);

    [LoggerMessage(5402, LogLevel.Warning, "{Source}: {Percent:F0} % of the frames of the last minute were dropped; narrow capture.filter or raise capture.buffer")]
    public static partial void DropAlertRaised(ILogger log, string source, double percent);

    [LoggerMessage(5403, LogLevel.Information, "{Source}: drops are back below the alert")]
    public static partial void DropAlertCleared(ILogger log, string source);

    [LoggerMessage(5404, LogLevel.Warning,
        "{Source}: {Count} packets were left out since the last line: more than {Rate} new messages a second (streams.max-hello-rate)")]
    public static partial void SampledOut(ILogger log, string source, long count, int rate);

    [LoggerMessage(5405, LogLevel.Error, "housekeeping: {Chore} failed and is tried again in a minute: {Problem}")]
    public static partial void ChoreFailed(ILogger log, string chore, string problem);

    [LoggerMessage(5406, LogLevel.Warning, "retention: {Count} devices could not be asked, the next sweep asks them again: {Problem}")]
    public static partial void RetentionSkipped(ILogger log, int count, string problem);

    [LoggerMessage(5407, LogLevel.Warning,
        "erasure: {Count} shards could not be told; devices there may still name the erased one if their nodes are up")]
    public static partial void ErasureUntold(ILogger log, int count);

    [LoggerMessage(5550, LogLevel.Error, "cluster: {Problem}")]
    public static partial void ClusterRefused(ILogger log, string problem);

    [LoggerMessage(5551, LogLevel.Error, "cluster: batch {Number} of run {Run} was set aside: {Reason}; see `actorfp journal dlq`")]
    public static partial void BatchSetAside(ILogger log, string run, long number, string reason);

    [LoggerMessage(5552, LogLevel.Error, "cluster: shard {Region}/{Shard} failed and goes to the next node: {Problem}")]
    public static partial void ShardFailed(ILogger log, string region, int shard, string problem);

    [LoggerMessage(5553, LogLevel.Information, "cluster: shard {Region}/{Shard} is no longer this node's: {Cause}")]
    public static partial void ShardLost(ILogger log, string region, int shard, string cause);

    [LoggerMessage(5554, LogLevel.Warning,
        "cluster: a device that another node erases could not be forgotten here, and may come back with what this node has not sent yet: {Problem}; tried again")]
    public static partial void NotForgotten(ILogger log, string problem);
}
