namespace ActorFingerprint.Tests.Engine;

/// <summary>
/// Runs every task of a node on one thread and picks the next one by a seeded random number: one seed, one interleaving. When
/// nothing is ready, the manual clock moves to its next timer; when there is none either, the node hangs and the test fails.
/// </summary>
internal sealed class SeededScheduler(int seed, ManualTimeProvider time) : TaskScheduler
{
    private readonly Random _random = new(seed);
    private readonly List<Task> _ready = [];

    /// <summary>Tasks run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Runs until the task ends; its result or exception comes out.</summary>
    public T Run<T>(Func<Task<T>> work)
    {
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();
        while (!task.IsCompleted)
        {
            if (_ready.Count == 0)
            {
                if (!time.AdvanceToNextTimer()) throw new InvalidOperationException($"seed {seed}: nothing is ready after {Steps} steps and the work is not done");
                continue;
            }
            var pick = _random.Next(_ready.Count);
            var next = _ready[pick];
            _ready[pick] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            Steps++;
            TryExecuteTask(next);
        }
        return task.GetAwaiter().GetResult();
    }

    protected override void QueueTask(Task task) => _ready.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;
}
