using ActorFingerprint.Engine.Membership;
using Xunit;

namespace ActorFingerprint.Tests.Engine.Membership;

public sealed class NodeAddressSpecs
{
    [Theory]
    [InlineData("actorfp://actorfp@10.0.0.7:8558", "actorfp://actorfp@10.0.0.7:8558")]
    [InlineData("actorfp@10.0.0.7:8558", "actorfp://actorfp@10.0.0.7:8558")]
    [InlineData("ACTORFP://actorfp@Node-1.Example:1", "actorfp://actorfp@node-1.example:1")]
    [InlineData("actorfp@[::1]:8558", "actorfp://actorfp@[::1]:8558")]
    [InlineData("actorfp@[2001:DB8:0:0::7]:8558", "actorfp://actorfp@[2001:db8::7]:8558")]
    public void An_address_is_read_with_or_without_its_scheme_and_written_in_one_form(string text, string canonical)
    {
        Assert.True(NodeAddress.TryParse(text, out var address));
        Assert.Equal(canonical, address.ToString());
        Assert.True(NodeAddress.TryParse(address.HostPort, out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("actorfp")]
    [InlineData("actorfp@host")]
    [InlineData("actorfp@host:")]
    [InlineData("actorfp@:8558")]
    [InlineData("actorfp@host:65536")]
    [InlineData("actorfp@host:-1")]
    [InlineData("actorfp@host:+1")]
    [InlineData("actorfp@ho st:1")]
    [InlineData("actorfp@host/../x:1")]
    [InlineData("actorfp@[::1:1")]
    [InlineData("actorfp@[[::1]]:1")]
    [InlineData("actorfp@[10.0.0.7]:1")]
    [InlineData("akka://Main@host:1")]
    [InlineData("other@host:1")]
    [InlineData("http://actorfp@host:1")]
    [InlineData("actorfp@h\u0000st:1")]
    [InlineData("actorfp@<script>:1")]
    public void What_is_no_address_is_not_read(string? text) => Assert.False(NodeAddress.TryParse(text, out _));

    [Fact]
    public void A_text_of_any_length_is_answered_at_once() =>
        Assert.False(NodeAddress.TryParse("actorfp@" + new string('a', 1_000_000) + ":1", out _));
}
