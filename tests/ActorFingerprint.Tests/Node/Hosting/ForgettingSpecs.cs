using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Engine;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class ForgettingSpecs
{
    private static readonly DeviceKey Device = DeviceKey.OfMac(new MacAddress(0x001EC2000001));

    private readonly ManualTimeProvider _time = new();
    private readonly Lines _log = new();

    [Fact]
    public async Task A_device_that_cannot_be_forgotten_is_told_and_tried_again_until_it_can()
    {
        var tries = 0;
        var forgetting = new Forgetting(
            device => ++tries < 3 ? Task.FromException(new IOException($"disk full at try {tries}")) : Task.CompletedTask, _log, _time);
        var done = forgetting.RunAsync(Device, CancellationToken.None);
        while (_time.AdvanceToNextTimer()) await Task.Yield();
        await done;
        Assert.Equal(3, tries);
        Assert.Equal(2, _log.Count);
        Assert.Contains("disk full at try 1", _log[0], StringComparison.Ordinal);
        Assert.DoesNotContain("00:1E:C2", _log[0], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_node_that_stops_does_not_wait_for_it()
    {
        using var stop = new CancellationTokenSource();
        var done = new Forgetting(_ => throw new IOException("gone"), _log, _time).RunAsync(Device, stop.Token);
        await stop.CancelAsync();
        await done;
        Assert.Single(_log);
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
