using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using Xunit;

namespace ActorFingerprint.Tests.Core.Devices;

public sealed class DeviceChurnSpecs
{
    private const int Hour = 3600;

    private static readonly DeviceEvent.FirstSeen Seen = new(Observe.At(0), DeviceKey.OfMac(Observe.Mac), new Sighting("r", 1, 0), false);

    [Fact]
    public void A_new_value_after_three_sightings_of_another_is_churn()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 3; i++) spec.When(Observe.Dhcp(DhcpMessageType.Discover, [1, 3], i));
        var changed = Observe.Dhcp(DhcpMessageType.Discover, [1, 3, 6], 10);
        spec.When(changed);
        var churn = spec.Events<DeviceEvent.ChurnDetected>().Single();
        Assert.Equal(
            DeviceSpec.Text(new DeviceEvent.ChurnDetected(
                Observe.At(10), FingerprintKind.DhcpDiscover, "1,3", "1,3,6", 2, changed.Where())),
            DeviceSpec.Text(churn));
        Assert.Equal(1, spec.State.Churns);
    }

    [Fact]
    public void Two_sightings_establish_nothing() =>
        DeviceSpec.Given(Seen)
            .When(Observe.Hello("a")).When(Observe.Hello("a")).When(Observe.Hello("b")).ThenOnly<DeviceEvent.FingerprintObserved>();

    [Fact]
    public void Kinds_do_not_establish_each_other()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 3; i++) spec.When(Observe.Dhcp(DhcpMessageType.Discover, [1, 3], i));
        spec.When(Observe.Dhcp(DhcpMessageType.Request, [1, 3, 6])).ThenOnly<DeviceEvent.FingerprintObserved>();
    }

    [Fact]
    public void The_established_value_is_the_one_that_was_seen_last()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 3; i++) spec.When(Observe.Hello("a", i));
        for (var i = 0; i < 3; i++) spec.When(Observe.Hello("b", 10 + i));
        spec.When(Observe.Hello("a", 20)).When(Observe.Hello("c", 30));
        Assert.Equal("a", spec.Events<DeviceEvent.ChurnDetected>().Single().Previous);
    }

    [Fact]
    public void The_first_65th_new_value_of_an_hour_suppresses_the_rest_of_the_hour()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 64; i++) spec.When(Observe.Hello($"v{i}", i)).ThenSome<DeviceEvent.FingerprintObserved>();
        var over = Observe.Hello("v64", 100);
        spec.When(over).Then(new DeviceEvent.ChurnSuppressed(Observe.At(100), FingerprintKind.Ja4, Observe.At(0), over.Where()));
        spec.When(Observe.Hello("v65", 101)).Then();
        Assert.Equal(2, spec.Folded.Of(FingerprintKind.Ja4, 0).Count);
        spec.When(Observe.Hello("v66", Hour)).ThenOnly<DeviceEvent.FingerprintObserved>();
    }

    [Fact]
    public void Suppression_holds_for_one_kind_only()
    {
        var spec = Suppressed();
        spec.When(Observe.Dhcp(DhcpMessageType.Discover, [1], 200)).ThenOnly<DeviceEvent.FingerprintObserved>();
    }

    [Fact]
    public void A_frame_out_of_order_over_the_full_hour_does_not_open_the_hour_again()
    {
        var spec = Suppressed();
        spec.When(Observe.Hello("next", Hour)).ThenOnly<DeviceEvent.FingerprintObserved>();
        spec.When(Observe.Hello("late", Hour - 1)).Then();
        spec.When(Observe.Hello("next2", Hour + 1)).ThenOnly<DeviceEvent.FingerprintObserved>();
        Assert.Equal(2, spec.State.Novelty.At(Novelty.Ja4, Observe.At(Hour)).NewValues);
    }

    [Fact]
    public void A_flood_of_addresses_and_host_names_stops_at_the_hours_limit()
    {
        var spec = DeviceSpec.Given(Seen);
        var events = 0;
        for (var i = 0; i < 100; i++)
        {
            spec.When(Observe.Dhcp(DhcpMessageType.Request, second: i, ciaddr: $"10.0.0.{i + 1}", hostName: [(byte)'n', (byte)(i + 1)]));
            events += spec.Events<DeviceEvent>().Count();
        }
        Assert.Equal(2 * NoveltyWindows.Limit, events);
    }

    [Fact]
    public void Windows_stay_bounded_over_many_hours()
    {
        var windows = NoveltyWindows.Empty;
        for (var hour = 0; hour < 100; hour++)
            windows = windows.Add(Novelty.Ja4, Observe.At(hour * Hour)).Add(Novelty.Address, Observe.At(hour * Hour));
        Assert.Equal(2 * NoveltyWindows.Kept, windows.Windows.Length);
        Assert.Equal(1, windows.At(Novelty.Ja4, Observe.At(99 * Hour)).NewValues);
        Assert.Equal(0, windows.At(Novelty.Ja4, Observe.At(0)).NewValues);
    }

    private static DeviceSpec Suppressed()
    {
        var spec = DeviceSpec.Given(Seen);
        for (var i = 0; i < 65; i++) spec.When(Observe.Hello($"v{i}", i));
        return spec.ThenOnly<DeviceEvent.ChurnSuppressed>();
    }
}
