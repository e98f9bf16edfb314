namespace ActorFingerprint.Engine;

/// <summary>
/// Where every loop of the engine runs. Nothing in the engine starts a thread or leaves this scheduler (no
/// <c>ConfigureAwait(false)</c>, no <c>Task.Run</c>), so a test that hands in a seeded scheduler decides the whole interleaving.
/// </summary>
public sealed class EngineScheduler(TaskScheduler scheduler)
{
    /// <summary>The thread pool.</summary>
    public static EngineScheduler Default { get; } = new(TaskScheduler.Default);

    /// <summary>Starts a loop; its continuations stay on the scheduler.</summary>
    public Task Start(Func<Task> loop) =>
        Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();

    /// <summary>
    /// Waits for all tasks on the caller's scheduler; the first failure in list order comes out. (<c>Task.WhenAll</c> may complete on
    /// the thread pool, which a seeded scheduler does not see.)
    /// </summary>
    public static async Task WhenAll(IReadOnlyList<Task> tasks)
    {
        foreach (var task in tasks) await task;
    }

    /// <summary>Starts a loop that returns something.</summary>
    public Task<T> Start<T>(Func<Task<T>> loop) =>
        Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();
}
