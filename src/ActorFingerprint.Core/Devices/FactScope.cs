using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Devices;

/// <summary>Which facts are read from packets that pass routers, so that they may tell of a machine behind one.</summary>
public static class FactScope
{
    /// <summary>True for facts of <see cref="Observation.CrossesRouters"/> observations.</summary>
    public static bool CrossesRouters(FactKind kind) => kind switch
    {
        FactKind.TcpSyn or FactKind.TcpSynAck or FactKind.OpenPort or FactKind.TlsStack or FactKind.Ja3S or FactKind.QuicParameters
            or FactKind.QuicUserAgent or FactKind.Certificate or FactKind.Hassh or FactKind.HasshServer or FactKind.SshClient
            or FactKind.SshServer or FactKind.Banner or FactKind.UserAgent or FactKind.HttpRequest or FactKind.HttpServer
            or FactKind.HttpResponse or FactKind.Smb or FactKind.Ntp
            or FactKind.WatchlistHit or FactKind.ServerName => true,
        _ => false,
    };
}
