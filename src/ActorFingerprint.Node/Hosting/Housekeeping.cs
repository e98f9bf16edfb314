using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Something that a node does now and then.</summary>
/// <param name="Name">What it is, for the log.</param>
/// <param name="Every">How long after it was done it is due again; the first time is that long after the start.</param>
/// <param name="IsWanted">Asked when it is due; it stays due while this says no.</param>
/// <param name="DoAsync">Does it.</param>
internal sealed record Chore(string Name, TimeSpan Every, Func<bool> IsWanted, Func<CancellationToken, Task> DoAsync);

/// <summary>Does what is due, once a minute. What fails is told in one line and tried again with the next round; the rest goes on.</summary>
internal sealed class Housekeeping(IReadOnlyList<Chore> chores, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset[] _due = [.. chores.Select(chore => time.GetUtcNow() + chore.Every)];

    /// <summary>Goes on until it is stopped; never fails.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                for (var i = 0; i < chores.Count; i++)
                    if (time.GetUtcNow() >= _due[i] && chores[i].IsWanted()) await TryAsync(i, stop);
        }
        catch (OperationCanceledException)
        {
            // the node stops
        }
    }

    private async Task TryAsync(int number, CancellationToken stop)
    {
        var chore = chores[number];
        try
        {
            await chore.DoAsync(stop);
            _due[number] = time.GetUtcNow() + chore.Every;
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            if (chore.IsWanted()) NodeLog.ChoreFailed(log, chore.Name, error.Message); // else the shards were stopped under it
        }
    }
}
