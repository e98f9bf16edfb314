using ActorFingerprint.Integration.Tests.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedRabbit))]

namespace ActorFingerprint.Integration.Tests.Servers;

/// <summary>
/// The one broker of all tests that leave it running, started by the first that asks; each test takes its own prefix. Tests that stop or kill a
/// broker start their own with <see cref="RabbitServer.StartNewAsync"/>.
/// </summary>
public sealed class SharedRabbit : IAsyncDisposable
{
    private readonly Lazy<Task<RabbitServer>> _server = new(() => RabbitServer.StartNewAsync());

    /// <summary>The broker. Skips the test, visibly, where its programs are absent.</summary>
    public Task<RabbitServer> ServerAsync()
    {
        Assert.SkipWhen(RabbitServer.Absence is not null, RabbitServer.Absence ?? "");
        return _server.Value;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }
}
