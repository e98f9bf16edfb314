using System.Runtime.CompilerServices;

namespace ActorFingerprint.Capture.Files;

/// <summary>Standard input or another stream that is read once.</summary>
internal sealed class StreamInput(Stream stream, string name) : CaptureFiles
{
    private bool _isRead;

    public override bool CanResume => false;

    public override async IAsyncEnumerable<CaptureFile> ReadAsync(FilePosition? from, [EnumeratorCancellation] CancellationToken stop)
    {
        if (_isRead) throw CaptureErrors.Unavailable($"{name}: a stream is read once; it cannot be started again");
        _isRead = true;
        yield return new CaptureFile(0, name, name, async token => await StreamBytes.OpenAsync(stream, token));
        await ValueTask.CompletedTask;
    }
}
