using ActorFingerprint.Engine.Membership;
using ActorFingerprint.Node.Audit;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Output;
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
/// <param name="Management">Members, shards and the work on them.</param>
public sealed record HttpServices(
    ActorFingerprintOptions Options, INodeEngine Engine, CaptureController Captures, AuditLog Audit, TokenFile Tokens,
    ILoggerFactory Logging, TimeProvider Time, Action<string> RequestShutdown, NodeManagement Management);

/// <summary>What operators look at and change while the node runs.</summary>
/// <param name="Cluster">Members and shards.</param>
/// <param name="Control">Changes them.</param>
/// <param name="Drain">Takes the node out of work and back.</param>
/// <param name="LogLevels">Levels of the log.</param>
/// <param name="Store">Work on shards and store; null when the engine has none.</param>
/// <param name="Replays">Replays of the journal; null when the engine has none.</param>
public sealed record NodeManagement(
    IClusterView Cluster, IClusterControl Control, NodeDrain Drain, LogLevels LogLevels, INodeMaintenance? Store, ReplayJobs? Replays);
