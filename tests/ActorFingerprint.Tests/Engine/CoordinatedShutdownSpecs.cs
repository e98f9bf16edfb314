using ActorFingerprint.Engine;
using Xunit;

namespace ActorFingerprint.Tests.Engine;

public sealed class CoordinatedShutdownSpecs
{
    [Fact]
    public async Task Phases_run_in_order_and_tasks_of_one_phase_together()
    {
        var shutdown = New();
        var order = new List<string>();
        var second = new TaskCompletionSource();
        shutdown.AddTask(CoordinatedShutdown.ActorSystemTerminate, "last", _ => Note("last"));
        shutdown.AddTask(CoordinatedShutdown.ServiceUnbind, "waits for its neighbour", async _ => { await second.Task; await Note("unbind"); });
        shutdown.AddTask(CoordinatedShutdown.ServiceUnbind, "neighbour", _ => { second.SetResult(); return Task.CompletedTask; });
        shutdown.AddTask(CoordinatedShutdown.BeforeServiceUnbind, "first", _ => Note("first"));
        Assert.Empty(await shutdown.RunAsync());
        Assert.Equal(["first", "unbind", "last"], order);

        Task Note(string what)
        {
            order.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_failing_or_late_task_is_reported_and_stops_nothing()
    {
        var shutdown = New(TimeSpan.FromMilliseconds(20));
        var ended = false;
        shutdown.AddTask(CoordinatedShutdown.ServiceUnbind, "fails", _ => throw new IOException("broken"));
        shutdown.AddTask(CoordinatedShutdown.ServiceStop, "never ends", _ => new TaskCompletionSource().Task);
        shutdown.AddTask(CoordinatedShutdown.ActorSystemTerminate, "last", _ => { ended = true; return Task.CompletedTask; });
        Assert.Equal(
            ["service-unbind: fails failed: broken", "service-stop: never ends was not done in time"],
            (await shutdown.RunAsync()).Select(p => p.ToString()));
        Assert.True(ended);
    }

    [Fact]
    public async Task It_runs_once_and_takes_no_task_afterwards()
    {
        var shutdown = New();
        var count = 0;
        shutdown.AddTask(CoordinatedShutdown.ServiceUnbind, "counts", _ => { count++; return Task.CompletedTask; });
        await Task.WhenAll(shutdown.RunAsync(), shutdown.RunAsync());
        Assert.Equal(1, count);
        Assert.Throws<InvalidOperationException>(() => shutdown.AddTask(CoordinatedShutdown.ServiceUnbind, "late", _ => Task.CompletedTask));
        Assert.Throws<ArgumentException>(() => New().AddTask("no-such-phase", "x", _ => Task.CompletedTask));
    }

    private static CoordinatedShutdown New(TimeSpan? timeout = null) => new(TimeProvider.System, _ => timeout ?? TimeSpan.FromSeconds(30));
}
