using System.Threading.Channels;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Engine;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class HousekeepingSpecs
{
    private readonly ManualTimeProvider _time = new();
    private readonly Channel<string> _done = Channel.CreateUnbounded<string>();

    [Fact]
    public async Task What_fails_is_tried_again_in_the_next_round_and_the_rest_goes_on()
    {
        var fails = 2;
        await RunAsync(
            [
                Chore("retention", TimeSpan.FromMinutes(2), () => fails-- > 0 ? throw new JournalUnavailableException("the disk is full") : 0),
                Chore("passivation", TimeSpan.Zero, () => 0),
            ],
            ["passivation"], ["retention", "passivation"], ["retention", "passivation"], ["retention", "passivation"], ["passivation"],
            ["retention", "passivation"]);
    }

    [Fact]
    public async Task What_is_not_wanted_stays_due()
    {
        var wanted = false;
        await RunAsync(
            [
                new("retention", TimeSpan.FromMinutes(1), () => wanted, _ => Do("retention")),
                Chore("passivation", TimeSpan.Zero, () => wanted = true),
            ],
            ["passivation"], ["retention", "passivation"]);
    }

    [Fact]
    public async Task It_ends_well_when_it_is_stopped_within_a_round()
    {
        using var stop = new CancellationTokenSource();
        var chore = new Chore("passivation", TimeSpan.Zero, () => true, async token =>
        {
            await Do("passivation");
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        });
        var running = new Housekeeping([chore], _time, NullLogger.Instance).RunAsync(stop.Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _done.Reader.ReadAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;
    }

    private async Task RunAsync(Chore[] chores, params string[][] rounds)
    {
        using var stop = new CancellationTokenSource();
        var running = new Housekeeping(chores, _time, NullLogger.Instance).RunAsync(stop.Token);
        foreach (var round in rounds)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            foreach (var name in round) Assert.Equal(name, await _done.Reader.ReadAsync(TestContext.Current.CancellationToken));
        }
        await stop.CancelAsync();
        await running;
        Assert.False(_done.Reader.TryRead(out _));
    }

    private Chore Chore<T>(string name, TimeSpan every, Func<T> work) => new(name, every, () => true, _ =>
    {
        _done.Writer.TryWrite(name);
        work();
        return Task.CompletedTask;
    });

    private Task Do(string name)
    {
        _done.Writer.TryWrite(name);
        return Task.CompletedTask;
    }
}
