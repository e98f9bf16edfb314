namespace ActorFingerprint.Tools.ScaleSimulator.Simulation;

/// <summary>Simulated time: goes from event to event, of machines and of timers. Equal times keep the order in which they were set.</summary>
internal sealed class Clock(IReadOnlyList<Machine> machines)
{
    /// <summary>Work below it is done, in microseconds.</summary>
    public const double Resolution = 1e-6;

    private readonly PriorityQueue<Action, (double At, long Order)> _timers = new();
    private long _order;

    /// <summary>Microseconds since the beginning.</summary>
    public double Now { get; private set; }

    /// <summary>Does something after so many microseconds.</summary>
    public void After(double micros, Action action) => _timers.Enqueue(action, (Now + micros, _order++));

    /// <summary>Runs until nothing is left to happen.</summary>
    public void Run()
    {
        while (true)
        {
            var next = _timers.TryPeek(out _, out var timer) ? timer.At - Now : double.PositiveInfinity;
            foreach (var machine in machines) next = Math.Min(next, machine.UntilDone);
            if (double.IsPositiveInfinity(next)) return;
            Now += next;
            var done = machines.SelectMany(machine => machine.Pass(next)).ToList();
            while (_timers.TryPeek(out var action, out timer) && timer.At <= Now + Resolution)
            {
                done.Add(action);
                _timers.Dequeue();
            }
            foreach (var action in done) action();
        }
    }
}
