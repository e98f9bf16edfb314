using System.Collections.Concurrent;

namespace ActorFingerprint.Cluster.Asks;

/// <summary>
/// Which of each sender's numbers came before. Senders count from 1; of each the latest 65,536 numbers are known one by one, and older
/// ones are refused. A sender that was not heard for <paramref name="keepFor"/> is forgotten: what it signed is too old by then.
/// </summary>
internal sealed class ReplayGuard(TimeSpan keepFor)
{
    private const int Window = 65_536;

    /// <summary>Only those who know the secret become senders; more than so many is a node that restarts over and over.</summary>
    private const int CleanUpFrom = 256;

    private readonly ConcurrentDictionary<Guid, Sender> _senders = new();

    /// <summary>True the first time that a sender's number comes.</summary>
    public bool IsFirst(Guid sender, long number, long nowMs)
    {
        if (_senders.TryGetValue(sender, out var heard)) return heard.IsFirst(number, nowMs);
        if (_senders.Count >= CleanUpFrom)
            foreach (var (id, known) in _senders)
                if (nowMs - known.HeardAtMs > keepFor.TotalMilliseconds) _senders.TryRemove(id, out _);
        return _senders.GetOrAdd(sender, static _ => new()).IsFirst(number, nowMs);
    }

    private sealed class Sender
    {
        private readonly Lock _gate = new();
        private readonly ulong[] _seen = new ulong[Window / 64];
        private long _highest;

        public long HeardAtMs { get; private set; }

        public bool IsFirst(long number, long nowMs)
        {
            lock (_gate)
            {
                HeardAtMs = nowMs;
                if (number <= 0 || number <= _highest - Window) return false;
                for (var from = Math.Max(_highest + 1, number - Window + 1); from <= number; from++) Bit(from, false);
                _highest = Math.Max(_highest, number);
                if (IsSet(number)) return false;
                Bit(number, true);
                return true;
            }
        }

        private bool IsSet(long number) => (_seen[number % Window / 64] & (1UL << (int)(number % 64))) != 0;

        private void Bit(long number, bool value)
        {
            ref var word = ref _seen[number % Window / 64];
            var bit = 1UL << (int)(number % 64);
            word = value ? word | bit : word & ~bit;
        }
    }
}
