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
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_is_busy_at_the_upkeep_of_the_cache_does_not_end_the_sync()
    {
        var log = new FirstTrouble();
        var options = new ActorFingerprintOptions
        {
            Node = new() { Folder = _folder.Path },
            Fingerbank = new() { Enabled = true, ApiKey = "secret0123456789abcdefSECRET" },
        };
        await using var service = await FingerbankService.StartAsync(
            options, FakeReadModel.WithTwoDevices(), new FakeNotices(), () => false, _time, log, TestContext.Current.CancellationToken);
        using var busy = new SqliteConnection($"Data Source={StoreFolder.Of(_folder.Path).Fingerbank};Pooling=False");
        busy.Open();
        using var write = busy.CreateCommand();
        write.CommandText = "BEGIN IMMEDIATE";
        write.ExecuteNonQuery();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(LogLevel.Warning, await log.Level.Task.WaitAsync(TestContext.Current.CancellationToken));
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
