namespace ActorFingerprint.Tools.ScaleSimulator.Simulation;

/// <summary>A machine whose cores are shared evenly among the work on it (processor sharing); one piece of work runs on one core at most.</summary>
internal sealed class Machine(string name, double cores)
{
    private readonly List<Work> _running = [];

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its cores.</summary>
    public double Cores { get; } = cores;

    /// <summary>Microseconds of CPU that were used, by account.</summary>
    public Dictionary<string, double> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>Time until the first piece of work is done; infinite when there is none.</summary>
    public double UntilDone => _running.Count == 0 ? double.PositiveInfinity : _running.Min(work => work.Left) / Speed;

    private double Speed => Math.Min(1, Cores / _running.Count);

    /// <summary>Takes on work of so many microseconds for an account.</summary>
    public void Run(string account, double micros, Action done) => _running.Add(new Work(account, micros, done));

    /// <summary>Lets time go by, and gives what is done then.</summary>
    public List<Action> Pass(double micros)
    {
        var done = new List<Action>();
        if (_running.Count == 0) return done;
        var share = micros * Speed;
        foreach (var work in _running)
        {
            var part = Math.Min(share, work.Left);
            work.Left -= part;
            Used[work.Account] = Used.GetValueOrDefault(work.Account) + part;
            if (work.Left <= Clock.Resolution) done.Add(work.Done);
        }
        _running.RemoveAll(work => work.Left <= Clock.Resolution);
        return done;
    }

    private sealed class Work(string account, double left, Action done)
    {
        public string Account { get; } = account;

        public double Left { get; set; } = left;

        public Action Done { get; } = done;
    }
}
