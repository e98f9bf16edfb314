namespace ActorFingerprint.Node.Cli;

/// <summary>What <c>actorfp</c> returns; docs/cli.md and every help page list them.</summary>
public static class ExitCodes
{
    /// <summary>Done; also a node that was stopped in order.</summary>
    public const int Ok = 0;
    /// <summary>Something failed that no other code names; also a verification that found problems.</summary>
    public const int Failure = 1;
    /// <summary>The command line, the configuration or a watchlist is wrong.</summary>
    public const int Usage = 2;
    /// <summary>A capture cannot be opened or read.</summary>
    public const int Capture = 3;
    /// <summary>The store cannot be opened, read or written.</summary>
    public const int Store = 4;
    /// <summary>The running node does not answer, or refuses.</summary>
    public const int Node = 5;
    /// <summary>Interrupted before the end (Ctrl-C).</summary>
    public const int Interrupted = 130;
    /// <summary>Nobody reads standard output any more, as after <c>| head</c>.</summary>
    public const int OutputClosed = 141;
}
