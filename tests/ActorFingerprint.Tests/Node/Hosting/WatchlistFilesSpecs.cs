using ActorFingerprint.Core.Watchlists;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Core;
using ActorFingerprint.Tests.Engine;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class WatchlistFilesSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<(string Line, bool IsRefused)> _told = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_changes_takes_over_and_one_with_an_error_is_told_once_and_leaves_the_last_in_force()
    {
        var path = Write("list.txt", "a.example first\n");
        var files = Files(path);
        files.Load();
        Assert.True(IsHit(files, "a.example"));

        files.Refresh();
        Assert.Empty(_told);

        Write("list.txt", "b.example second\n# more\n");
        files.Refresh();
        Assert.False(IsHit(files, "a.example"));
        Assert.True(IsHit(files, "b.example"));
        Assert.Equal(("watchlists read again: 1 entries", false), Assert.Single(_told));

        Write("list.txt", "c.example\nnonsense\n");
        files.Refresh();
        files.Refresh();
        Assert.True(IsHit(files, "b.example"));
        Assert.Equal(2, _told.Count);
        Assert.True(_told[1].IsRefused);
        Assert.StartsWith($"{path}:2: 'nonsense' looks like", _told[1].Line, StringComparison.Ordinal);

        File.Delete(path);
        files.Refresh();
        Assert.True(IsHit(files, "b.example"));
        Assert.Contains("cannot be read", _told[2].Line, StringComparison.Ordinal);

        Write("list.txt", "d.example\n");
        files.Refresh();
        Assert.True(IsHit(files, "d.example"));
    }

    [Fact]
    public void A_list_that_cannot_be_read_at_the_start_is_an_error()
    {
        Assert.Throws<WatchlistException>(Files(_folder.File("absent.txt")).Load);
        Assert.Throws<WatchlistException>(Files(Write("bad.txt", "nonsense\n")).Load);
    }

    [Fact]
    public void A_type_may_stand_before_a_path_and_several_files_are_one_list()
    {
        var files = Files("user-agent=" + Write("agents.txt", "curl/8.0\n"), Write("a=b.txt", "a.example\n"));
        files.Load();
        Assert.Equal(2, files.Current.Count);
        Assert.True(IsHit(files, "a.example"));
    }

    [Fact]
    public async Task Files_are_looked_at_at_every_tick_of_the_clock_until_the_timer_ends()
    {
        var time = new ManualTimeProvider();
        var path = Write("list.txt", "a.example\n");
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var files = new WatchlistFiles([path], (_, _) => read.TrySetResult());
        files.Load();
        var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), time);
        var following = files.FollowAsync(timer);
        Write("list.txt", "bb.example\n");
        Assert.True(IsHit(files, "a.example"));
        time.Advance(TimeSpan.FromSeconds(5));
        await read.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(IsHit(files, "bb.example"));
        timer.Dispose();
        await following.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static bool IsHit(WatchlistFiles files, string name)
    {
        var hello = Observe.Hello("t13d", sni: name);
        files.Current.Mark(hello);
        return hello.Hits.Count > 0;
    }

    private WatchlistFiles Files(params string[] sources) => new(sources, (line, isRefused) => _told.Add((line, isRefused)));

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
