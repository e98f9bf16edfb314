namespace ActorFingerprint.Tests;

/// <summary>Counts what code allocates.</summary>
internal static class Allocations
{
    /// <summary>
    /// Bytes that a run of <paramref name="work"/> allocates on this thread: the least of five runs, since the runtime may initialise a type or
    /// compile a method anew on any one of them.
    /// </summary>
    public static long Of(Action work)
    {
        var least = long.MaxValue;
        for (var run = 0; run < 5 && least > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
