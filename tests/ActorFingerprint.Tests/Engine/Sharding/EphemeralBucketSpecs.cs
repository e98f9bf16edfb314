using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Sharding;

public sealed class EphemeralBucketSpecs
{
    private static DeviceKey Device(ulong number) => DeviceKey.OfMac(new MacAddress(0x020000000000 + number));

    [Fact]
    public void A_full_bucket_forgets_the_device_unseen_for_longest()
    {
        var bucket = new EphemeralBucket(2, 1000);
        bucket.Add(Device(1), 1);
        bucket.Add(Device(2), 2);
        bucket.Add(Device(1), 3);
        bucket.Add(Device(3), 4);
        Assert.True(bucket.Contains(Device(1), 4));
        Assert.False(bucket.Contains(Device(2), 4));
        Assert.Equal(2, bucket.Count);
    }

    [Fact]
    public void A_device_is_forgotten_after_its_time_to_live()
    {
        var bucket = new EphemeralBucket(10, 1000);
        bucket.Add(Device(1), 0);
        Assert.True(bucket.Contains(Device(1), 1000));
        Assert.False(bucket.Contains(Device(1), 1001));
        bucket.Add(Device(2), 1001);
        Assert.Equal(1, bucket.Count);
    }

    [Fact]
    public void A_hundred_thousand_distinct_devices_leave_it_at_its_capacity()
    {
        var bucket = new EphemeralBucket(64, long.MaxValue);
        for (var i = 0UL; i < 100_000; i++) bucket.Add(Device(i), (long)i);
        Assert.Equal(64, bucket.Count);
    }
}
