namespace ActorFingerprint.Capture.Files;

/// <summary>Says when a folder is worth another look.</summary>
public interface IFolderWatch
{
    /// <summary>Ends when something in the folder may have changed since the last call; too often is allowed, busy waiting is not.</summary>
    ValueTask WaitForChangeAsync(CancellationToken stop);
}

/// <summary>Looks at fixed intervals: works on every file system, network mounts included, where change notices do not.</summary>
/// <param name="interval">Time between looks; 250 ms costs next to nothing.</param>
/// <param name="time">The clock.</param>
public sealed class PollingFolderWatch(TimeSpan interval, TimeProvider time) : IFolderWatch
{
    /// <inheritdoc/>
    public ValueTask WaitForChangeAsync(CancellationToken stop) => new(Task.Delay(interval, time, stop));
}
