using System.Threading.Channels;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Fingerbank;
using ActorFingerprint.Persistence.Store;
using ActorFingerprint.Tests.Engine;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorFingerprint.Tests.Node.Fingerbank;

public sealed class FingerbankServiceSpecs : IDisposable
{
    private const int Beats = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_is_busy_at_the_upkeep_of_the_cache_does_not_end_the_sync()
    {
        var log = new FirstTrouble();
        var options = new ActorFingerprintOptions
        {
            Node = new() { Folder = _folder.Path },
            Fingerbank = new() { Enabled = true, ApiKey = "secret0123456789abcdefSECRET", PauseUnderStrain = false },
        };
        using var busy = new SqliteConnection($"Data Source={StoreFolder.Of(_folder.Path).Fingerbank};Pooling=False");
        var (looks, looked) = (Channel.CreateUnbounded<int>(), 0);
        await using var service = await FingerbankService.StartAsync(options, FakeReadModel.WithTwoDevices(), new FakeNotices(), Look, _time, log, Stop);
        for (var n = 0; n < Beats; n++)
        {
            while (!looks.Reader.TryRead(out _)) // the first beats may go by before there is a timer
            {
                Stop.ThrowIfCancellationRequested();
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
        }
        _time.Advance(TimeSpan.FromMinutes(1));
        var level = await log.Level.Task.WaitAsync(Stop);
        busy.Dispose();
        Assert.Equal(LogLevel.Warning, level);

        // Each beat looks; the first ones write that they have begun, the last one finds the file busy and writes nothing but the upkeep.
        bool Look()
        {
            if (++looked == Beats)
            {
                busy.Open();
                using var write = busy.CreateCommand();
                write.CommandText = "BEGIN IMMEDIATE";
                write.ExecuteNonQuery();
            }
            looks.Writer.TryWrite(looked);
            return false;
        }
    }

    /// <summary>The level of the first line that is no information: a warning where it waits, an error where it has ended.</summary>
    private sealed class FirstTrouble : ILogger
    {
        public TaskCompletionSource<LogLevel> Level { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel > LogLevel.Information) Level.TrySetResult(logLevel);
        }
    }
}
