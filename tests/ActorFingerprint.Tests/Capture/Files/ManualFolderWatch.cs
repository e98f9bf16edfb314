using System.Threading.Channels;
using ActorFingerprint.Capture.Files;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

/// <summary>A watch that the test moves: after each change the reader has done all it can when it waits again.</summary>
internal sealed class ManualFolderWatch : IFolderWatch
{
    private readonly Channel<bool> _waits = Channel.CreateUnbounded<bool>();
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();

    /// <summary>Ends once the reader waits.</summary>
    public async Task IsWaitingAsync() => await _waits.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets the reader look again; ends once it waits again.</summary>
    public async Task ChangeAsync()
    {
        _changes.Writer.TryWrite(true);
        await IsWaitingAsync();
    }

    public async ValueTask WaitForChangeAsync(CancellationToken stop)
    {
        _waits.Writer.TryWrite(true);
        await _changes.Reader.ReadAsync(stop);
    }
}
