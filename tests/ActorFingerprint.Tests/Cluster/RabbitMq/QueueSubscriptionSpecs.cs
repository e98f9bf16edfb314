using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using ActorFingerprint.Cluster.RabbitMq;
using RabbitMQ.Client;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.RabbitMq;

public sealed class QueueSubscriptionSpecs
{
    [Fact]
    public async Task A_place_that_was_given_up_leaves_nothing_in_memory_while_its_connection_lives()
    {
        var session = new BrokerSession(Broker.Of<IConnection>());
        var given = await TakeAndGiveUpAsync(session);
        for (var i = 0; i < 1000 && given.IsAlive; i++)
        {
            GC.Collect();
            await Task.Yield();
        }
        Assert.False(given.IsAlive);
        GC.KeepAlive(session);
    }

    [Fact]
    public async Task Messages_that_were_not_read_are_not_handed_out_after_the_end()
    {
        var subscription = await OpenAsync(new BrokerSession(Broker.Of<IConnection>()));
        await subscription.CloseAsync("handed over");
        Assert.Null(await subscription.TakeAsync());
        Assert.Equal("handed over", await subscription.Ended);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> TakeAndGiveUpAsync(BrokerSession session)
    {
        var subscription = await OpenAsync(session);
        await subscription.CloseAsync("handed over");
        return new WeakReference(subscription);
    }

    private static async Task<QueueSubscription> OpenAsync(BrokerSession session)
    {
        var subscription = await QueueSubscription.OpenAsync(session, "q", 4, static _ => { }, TimeProvider.System, TestContext.Current.CancellationToken);
        for (var tag = 1UL; tag <= 2; tag++)
            await subscription.HandleBasicDeliverAsync("c", tag, false, "", "q", new BasicProperties(), new byte[100], TestContext.Current.CancellationToken);
        return subscription;
    }

    /// <summary>A connection, and its channels, on which everything succeeds at once.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives from it.")]
    internal class Broker : DispatchProxy
    {
        public static T Of<T>() where T : class => Create<T, Broker>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.ReturnType switch
        {
            var type when type == typeof(Task<IChannel>) => Task.FromResult(Of<IChannel>()),
            var type when type == typeof(Task<string>) => Task.FromResult("c"),
            var type when type == typeof(Task) => Task.CompletedTask,
            var type when type == typeof(ValueTask) => ValueTask.CompletedTask,
            var type when type.IsValueType && type != typeof(void) => Activator.CreateInstance(type),
            _ => null,
        };
    }
}
