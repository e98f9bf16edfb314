using ActorFingerprint.Persistence.Projections;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

public sealed class ProjectionRebuildSpecs : StoreSpec
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public async Task A_rebuild_in_any_number_of_parts_gives_every_row_that_following_gave(int parts)
    {
        await Script.WriteDayAsync(commit => commit % 7 == 0 ? CatchUpAsync() : Task.CompletedTask, Stop);
        await CatchUpAsync();
        var followed = await Place.ReadSideAsync();
        Assert.True(followed.Count > 300, "the day has rows in its tables");
        var end = await Store.HighestOrderingAsync(Stop);
        Assert.Equal(end, await Store.Projections.RebuildAsync(parts, resume: true, null, Stop));
        Assert.Equal(followed, await Place.ReadSideAsync());
        Assert.Equal(new ProjectionState(end, 0, null), await Store.Projections.MeasureAsync(Stop));
    }

    [Fact]
    public async Task A_rebuild_that_was_cut_off_goes_on_where_each_part_was()
    {
        await WriteMuchAsync();
        await CatchUpAsync();
        var followed = await Place.ReadSideAsync();

        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Projections.RebuildAsync(3, resume: true, new Heard(seen =>
        {
            if (seen.Offset > 0) cut.Cancel();
        }), cut.Token));

        var resumed = new List<RebuildProgress>();
        await Store.Projections.RebuildAsync(7, resume: true, new Heard(resumed.Add), Stop);
        Assert.True(resumed[0] is { ResumedAt: > 0, Parts: 3 }, $"{resumed[0]} goes on with what was begun");
        Assert.True(resumed[^1].Events < await Store.HighestOrderingAsync(Stop), "what was done is not done again");
        Assert.Equal(followed, await Place.ReadSideAsync());
    }

    [Fact]
    public async Task A_read_side_that_was_left_half_built_is_finished_before_it_is_followed()
    {
        await WriteMuchAsync();
        await CatchUpAsync();
        var followed = await Place.ReadSideAsync();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Projections.RebuildAsync(3, resume: true, new Heard(_ => cut.Cancel()), cut.Token));

        using var ended = new CancellationTokenSource();
        var running = Store.Projections.RunAsync(ended.Token);
        await Store.Projections.WaitForAsync(await Store.HighestOrderingAsync(Stop), Stop);
        await ended.CancelAsync();
        await running;
        Assert.Equal(followed, await Place.ReadSideAsync());
    }

    /// <summary>Events of more pages than wait for a part.</summary>
    private async Task WriteMuchAsync()
    {
        for (var commit = 0; commit < 150; commit++)
        {
            for (var n = 0; n < 500; n++)
            {
                if (commit == 0) Script.Seen(n, T0);
                Script.Ja4(n, T0 + commit, commit + 1, $"t13d{(commit * n) % 97:D4}").Count(n, 1, T0, T0 + commit);
            }
            await Script.CommitAsync(Stop);
        }
    }

    private sealed class Heard(Action<RebuildProgress> hear) : IProgress<RebuildProgress>
    {
        public void Report(RebuildProgress value) => hear(value);
    }
}
