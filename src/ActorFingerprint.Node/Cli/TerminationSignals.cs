using System.Runtime.InteropServices;

namespace ActorFingerprint.Node.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks for an orderly stop, the second ends the process at once.</summary>
public sealed class TerminationSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    /// <summary>Listens until disposed. <paramref name="abort"/> gets the exit code of the second signal and should not return.</summary>
    public TerminationSignals(Action<int> abort)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, abort, 130)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, abort, 143)),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext signal, Action<int> abort, int code)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1) abort(code);
        else _stop.Cancel();
    }
}
