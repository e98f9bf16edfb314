namespace ActorFingerprint.Tools.ScaleSimulator.Simulation;

/// <summary>A message of observations on its way.</summary>
internal sealed record Batch(int Shard, int Observations, int Events);

/// <summary>CPU that a turn of a part takes on a machine: of the turn, of each batch, of each observation and event in it.</summary>
internal sealed record Step(Machine Machine, string Account, double Turn, double PerBatch, double PerObservation, double PerEvent)
{
    /// <summary>Microseconds of a turn with these batches.</summary>
    public double Of(IReadOnlyList<Batch> batches) =>
        Turn + batches.Sum(batch => PerBatch + PerObservation * batch.Observations + PerEvent * batch.Events);
}

/// <summary>
/// A part of the path: a bounded queue before workers, of which each takes some batches, goes through the steps one after the other, waits
/// for the disk and hands the batches on. A worker whose successor is full waits with them (backpressure).
/// </summary>
internal sealed class Part(Clock clock, Random noise, int workers, int mostAtOnce, int room, IReadOnlyList<Step> steps, double flush = 0)
{
    private const double Spread = 0.25;

    private readonly Queue<Batch> _waiting = new();
    private readonly Queue<Action> _blocked = new();
    private int _busy;
    private int _inside;

    /// <summary>Where a batch goes next; null at the end.</summary>
    public Func<Batch, Part?> Next { get; set; } = _ => null;

    /// <summary>Told for each batch that leaves.</summary>
    public Action<Batch> Left { get; set; } = _ => { };

    /// <summary>Takes a batch, whatever the room: the beginning of the path.</summary>
    public void Give(Batch batch)
    {
        _inside++;
        _waiting.Enqueue(batch);
        StartTurns();
    }

    private void Offer(Batch batch, Action taken)
    {
        if (_inside >= room)
        {
            _blocked.Enqueue(() => Offer(batch, taken));
            return;
        }
        Give(batch);
        taken();
    }

    private void StartTurns()
    {
        while (_busy < workers && _waiting.Count > 0)
        {
            var batches = new List<Batch>();
            while (batches.Count < mostAtOnce && _waiting.TryDequeue(out var batch)) batches.Add(batch);
            _busy++;
            Take(batches, 0);
        }
    }

    private void Take(List<Batch> batches, int step)
    {
        if (step == steps.Count)
        {
            if (flush > 0) clock.After(flush, () => HandOn(batches, 0));
            else HandOn(batches, 0);
            return;
        }
        var now = steps[step];
        now.Machine.Run(now.Account, now.Of(batches) * (1 + Spread * (2 * noise.NextDouble() - 1)), () => Take(batches, step + 1));
    }

    private void HandOn(List<Batch> batches, int at)
    {
        if (at == batches.Count)
        {
            _busy--;
            StartTurns();
            return;
        }
        var batch = batches[at];
        if (Next(batch) is { } next) next.Offer(batch, () => Leave(batches, at));
        else Leave(batches, at);
    }

    private void Leave(List<Batch> batches, int at)
    {
        _inside--;
        Left(batches[at]);
        if (_blocked.TryDequeue(out var retry)) retry();
        HandOn(batches, at + 1);
    }
}
