using ActorFingerprint.Cluster.Membership;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Engine;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class PendingRequestsSpecs
{
    private static readonly AnnouncedRequest Forget = new(ClusterRequests.Forget, "mac:00:1E:C2:00:00:01"), Rebalance = new(ClusterRequests.Rebalance, "");

    private readonly ManualTimeProvider _time = new();
    private readonly PendingRequests _requests;

    public PendingRequestsSpecs() => _requests = new(_time);

    [Fact]
    public void A_request_whose_announcement_was_lost_goes_out_again_until_it_comes_back()
    {
        _requests.Add(Forget);
        Assert.Equal(Forget, _requests.Next(1)); // and the connection breaks
        Assert.Null(_requests.Next(2));
        _time.Advance(PendingRequests.Patience);
        Assert.Equal(Forget, _requests.Next(3));
        Assert.False(_requests.Heard(3));
        _time.Advance(PendingRequests.Patience);
        Assert.Null(_requests.Next(4));
    }

    [Fact]
    public void Requests_go_out_one_by_one_in_order_and_each_once_when_all_goes_well()
    {
        _requests.Add(Forget);
        _requests.Add(Rebalance);
        Assert.Equal(Forget, _requests.Next(1));
        Assert.True(_requests.Heard(1));
        Assert.Equal(Rebalance, _requests.Next(2));
        Assert.False(_requests.Heard(2));
        Assert.Null(_requests.Next(3));
    }

    [Fact]
    public void What_comes_back_twice_takes_no_later_request_with_it()
    {
        _requests.Add(Forget);
        _requests.Next(1);
        _time.Advance(PendingRequests.Patience);
        _requests.Next(2);
        _requests.Add(Rebalance);
        Assert.True(_requests.Heard(1));
        Assert.False(_requests.Heard(2)); // the same, said again
        Assert.Equal(Rebalance, _requests.Next(3));
    }
}
