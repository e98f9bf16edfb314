using System.Globalization;
using ActorFingerprint.Persistence.Projections;
using Spectre.Console;

namespace ActorFingerprint.Node.Cli;

/// <summary>Shows how far long work is, on standard error when that is a terminal; elsewhere nothing is drawn.</summary>
internal static class ProgressBar
{
    private static readonly TimeSpan LinePause = TimeSpan.FromSeconds(5);

    /// <summary>Runs work that reports a scan's progress: share of the bytes, frames and frames a second.</summary>
    public static Task<T> ScanAsync<T>(CliContext context, Func<IProgress<Hosting.ScanProgress>, Task<T>> work)
    {
        var started = context.Time.GetTimestamp();
        return RunAsync(context, work, (Hosting.ScanProgress progress, ProgressTask task) =>
        {
            var seconds = Math.Max(0.001, context.Time.GetElapsedTime(started).TotalSeconds);
            task.IsIndeterminate = progress.TotalBytes == 0;
            task.MaxValue = Math.Max(1, progress.TotalBytes);
            task.Value = progress.Bytes;
            task.Description = string.Create(CultureInfo.InvariantCulture,
                $"{progress.Frames:N0} frames, {progress.Frames / seconds:N0}/s");
        });
    }

    /// <summary>Runs work that counts events.</summary>
    public static Task<T> CountAsync<T>(CliContext context, string what, Func<IProgress<long>, Task<T>> work) =>
        RunAsync(context, work, (long count, ProgressTask task) =>
        {
            task.IsIndeterminate = true;
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}");
        });

    /// <summary>
    /// Runs a rebuild: share of the journal, events a second, time left. Elsewhere than on a terminal it is a line now and then.
    /// </summary>
    public static Task<T> RebuildAsync<T>(CliContext context, Func<IProgress<RebuildProgress>, Task<T>> work)
    {
        var (started, said) = (context.Time.GetTimestamp(), TimeSpan.Zero);
        if (context.Console.IsErrorTerminal)
            return RunAsync(context, work, (RebuildProgress progress, ProgressTask task) =>
            {
                task.MaxValue = Math.Max(1, progress.Target);
                task.Value = progress.Offset;
                task.Description = Rate(progress, context.Time.GetElapsedTime(started));
            });
        return work(new Shown<RebuildProgress>(progress =>
        {
            var elapsed = context.Time.GetElapsedTime(started);
            if (elapsed - said < LinePause) return;
            said = elapsed;
            context.Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"actorfp: {100.0 * progress.Offset / Math.Max(1, progress.Target):N0} %, {Rate(progress, elapsed)}"));
        }));
    }

    private static string Rate(RebuildProgress progress, TimeSpan elapsed)
    {
        var rate = (progress.Offset - progress.ResumedAt) / Math.Max(0.001, elapsed.TotalSeconds);
        var left = rate > 0 ? TimeSpan.FromSeconds(Math.Min((progress.Target - progress.Offset) / rate, 359_999)) : TimeSpan.Zero;
        return string.Create(CultureInfo.InvariantCulture, $"{rate:N0} events/s, {(int)left.TotalHours:00}:{left:mm\\:ss} left");
    }

    private static Task<T> RunAsync<T,
        TProgress>(CliContext context, Func<IProgress<TProgress>, Task<T>> work, Action<TProgress, ProgressTask> show)
    {
        if (!context.Console.IsErrorTerminal) return work(new Quiet<TProgress>());
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Console.Error) });
        return terminal.Progress().AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn(), new ElapsedTimeColumn())
            .StartAsync(live =>
            {
                var task = live.AddTask("starting");
                return work(new Shown<TProgress>(progress => show(progress, task)));
            });
    }

    private sealed class Quiet<T> : IProgress<T>
    {
        public void Report(T value)
        {
        }
    }

    private sealed class Shown<T>(Action<T> show) : IProgress<T>
    {
        public void Report(T value) => show(value);
    }
}
