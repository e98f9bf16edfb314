using ActorFingerprint.Capture.Live;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

public sealed class PcapStatusSpecs
{
    [Theory]
    [InlineData(-8, "CAPTURE_PERMISSION_DENIED", "sudo setcap cap_net_raw,cap_net_admin=eip ")]
    [InlineData(-11, "CAPTURE_PERMISSION_DENIED", "sudo setcap cap_net_raw,cap_net_admin=eip ")]
    [InlineData(-5, "CAPTURE_UNAVAILABLE", "no such interface; 'actorfp interfaces'")]
    [InlineData(-9, "CAPTURE_UNAVAILABLE", "sudo ip link set eth9 up")]
    [InlineData(-1, "CAPTURE_UNAVAILABLE", "out of sorts")]
    public void Each_failure_says_what_where_and_what_to_do_in_one_line(int status, string code, string text)
    {
        var error = PcapStatus.ToException("eth9", status, "out of sorts");
        Assert.Equal(code, error.Code);
        Assert.StartsWith("eth9: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_source_of_a_missing_interface_fails_with_its_name_and_may_be_tried_again()
    {
        LibPcapTests.SkipWithoutLibrary();
        List<CaptureTransition> steps = [];
        var options = new LiveCaptureOptions("nowhere0", ProtocolSet.Dhcp);
        await using var source = new LiveCaptureSource(options, TimeProvider.System, steps.Add);
        Assert.Equal("live:nowhere0", source.Name);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var error = await Assert.ThrowsAsync<CaptureException>(async () =>
            {
                await foreach (var block in source.ReadAsync(null, TestContext.Current.CancellationToken)) block.Dispose();
            });
            Assert.StartsWith("nowhere0: ", error.Message, StringComparison.Ordinal);
            Assert.Equal(CaptureState.Failed, source.State);
        }
        Assert.Equal([CaptureState.Starting, CaptureState.Failed, CaptureState.Starting, CaptureState.Failed], steps.Select(s => s.To));
    }

    [Fact]
    public void The_loopback_interface_is_listed_with_its_address()
    {
        LibPcapTests.SkipWithoutLibrary();
        var loopback = Assert.Single(CaptureInterface.List(), i => i.Name == "lo");
        Assert.True(loopback.IsLoopback);
        Assert.True(loopback.IsUp);
        Assert.False(loopback.IsWireless);
        Assert.Contains(System.Net.IPAddress.Loopback, loopback.Addresses);
        Assert.Null(loopback.Mac);
    }
}
