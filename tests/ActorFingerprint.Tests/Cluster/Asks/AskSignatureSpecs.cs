using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Tests.Engine;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Asks;

public sealed class AskSignatureSpecs
{
    private const string Path = "/ask/limiter/3/decide";

    private static readonly byte[] Body = [1, 2, 3];

    [Fact]
    public void A_signature_is_good_near_its_time_and_for_nothing_else()
    {
        var time = new ManualTimeProvider();
        var (sender, receiver) = (new AskSignature(AskNode.Secret, time), new AskSignature(AskNode.Secret, time));
        var signed = sender.Sign(Path, 5, Body);
        Assert.False(receiver.IsValid(signed, Path, 6, Body));
        Assert.False(receiver.IsValid(signed, "/ask/limiter/4/decide", 5, Body));
        Assert.False(receiver.IsValid(signed, Path, 5, [1, 2]));
        Assert.True(receiver.IsValid(signed, Path, 5, Body));
        signed = sender.Sign(Path, 5, Body);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.False(receiver.IsValid(signed, Path, 5, Body));
    }

    [Fact]
    public void Numbers_are_taken_once_in_any_order_within_the_window()
    {
        var guard = new ReplayGuard(TimeSpan.FromMinutes(1));
        var sender = Guid.NewGuid();
        Assert.True(guard.IsFirst(sender, 2, 0));
        Assert.True(guard.IsFirst(sender, 1, 0));
        Assert.False(guard.IsFirst(sender, 2, 0));
        Assert.True(guard.IsFirst(Guid.NewGuid(), 2, 0));
        Assert.True(guard.IsFirst(sender, 65_537, 0));
        Assert.False(guard.IsFirst(sender, 1, 0)); // beyond the window
        Assert.True(guard.IsFirst(sender, 3, 0));
        Assert.True(guard.IsFirst(sender, 1_000_000, 0));
        Assert.False(guard.IsFirst(sender, 1_000_000, 0));
        Assert.True(guard.IsFirst(sender, 999_999, 0));
        Assert.False(guard.IsFirst(sender, 0, 0));
    }

    [Fact]
    public void Headers_that_are_none_are_refused()
    {
        var signature = new AskSignature(AskNode.Secret, new ManualTimeProvider());
        var good = signature.Sign(Path, 5, Body);
        var random = new Random(3);
        foreach (var header in (string?[])[null, "", "AF1", "AF1 ", "Bearer x", "AF1 " + new string(' ', 80), good[..^1], good + "=", good.Replace(' ', '-')])
            Assert.False(signature.IsValid(header, Path, 5, Body));
        for (var i = 0; i < 500; i++)
        {
            var changed = good.ToCharArray();
            var at = random.Next(changed.Length);
            changed[at] = (char)random.Next(32, 127);
            if (new string(changed) != good) Assert.False(signature.IsValid(new string(changed), Path, 5, Body));
        }
        Assert.True(signature.IsValid(good, Path, 5, Body));
    }
}
