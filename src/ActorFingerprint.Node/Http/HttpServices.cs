using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Security;

namespace ActorFingerprint.Node.Http;

/// <summary>What the HTTP interface stands on.</summary>
/// <param name="Options">Everything configured.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Captures">The sources.</param>
/// <param name="Audit">The audit log.</param>
/// <param name="Tokens">The bearer tokens.</param>
/// <param name="Logging">Where it logs.</param>
/// <param name="Time">The clock of timers.</param>
/// <param name="RequestShutdown">Begins an orderly stop of the node and returns at once; takes the reason.</param>
public sealed record HttpServices(
    ActorFingerprintOptions Options, INodeEngine Engine, CaptureController Captures, AuditLog Audit, TokenFile Tokens,
    ILoggerFactory Logging, TimeProvider Time, Action<string> RequestShutdown);
