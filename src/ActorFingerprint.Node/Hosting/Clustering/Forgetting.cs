using ActorFingerprint.Core.Devices;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Forgets devices that another node erases, in what this one remembers and has not sent yet; again until it works.</summary>
internal sealed class Forgetting(Func<DeviceKey, Task> forget, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Returns once it is forgotten, or when the node stops.</summary>
    public async Task RunAsync(DeviceKey device, CancellationToken stop)
    {
        try
        {
            while (!await TryAsync(device)) await Task.Delay(Pause, time, stop);
        }
        catch (OperationCanceledException)
        {
            // the node stops
        }
    }

    private async Task<bool> TryAsync(DeviceKey device)
    {
        try
        {
            await forget(device);
            return true;
        }
        catch (Exception error)
        {
            NodeLog.NotForgotten(log, error.Message); // nobody waits for it who could be told
            return false;
        }
    }
}
