using System.Net;
using ActorFingerprint.AspNetCore;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorFingerprint.Tests.AspNetCore;

public sealed class TrustedProxiesSpecs
{
    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")] // whoever connects himself is not believed
    [InlineData("10.0.0.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.0.0.1", "192.0.2.66, 198.51.100.1", "198.51.100.1")] // what the client wrote before it came
    [InlineData("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1")] // two proxies
    [InlineData("10.0.0.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("10.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("10.0.0.1", "10.0.0.3", "10.0.0.3")] // nobody but proxies
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1, somewhere", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1, 0x7f.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1, 192.0.2.1:port:x", "10.0.0.1")]
    [InlineData("10.0.0.1", "198.51.100.1,,", "198.51.100.1")]
    [InlineData("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1")]
    public void The_list_is_walked_from_the_right_while_the_writer_is_trusted(string from, string header, string client) =>
        Assert.Equal(client, ClientOf(ForwardingHeader.XForwardedFor, from, "X-Forwarded-For", header));

    [Theory]
    [InlineData("for=198.51.100.1", "198.51.100.1")]
    [InlineData("For=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1")]
    [InlineData("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17")]
    [InlineData("for=\"198.51.100.1:_port\"", "198.51.100.1")]
    [InlineData("for=192.0.2.66, for=198.51.100.1;host=\"a,b;for=6.6.6.6\"", "198.51.100.1")] // separators in quotes
    [InlineData("for=\"192.0.2.66, for=198.51.100.1", "198.51.100.1")] // a client's open quote swallows nothing
    [InlineData("for=\"6.6.6.6\\\", for=198.51.100.1", "198.51.100.1")]
    [InlineData("for=198.51.100.1, for=10.0.0.2", "198.51.100.1")]
    [InlineData("for=unknown", "10.0.0.1")]
    [InlineData("for=_hidden", "10.0.0.1")]
    [InlineData("for=198.51.100.1;for=198.51.100.2", "10.0.0.1")]
    [InlineData("by=10.0.0.9", "10.0.0.1")]
    public void Forwarded_is_read_as_in_rfc_7239(string header, string client) =>
        Assert.Equal(client, ClientOf(ForwardingHeader.Forwarded, "10.0.0.1", "Forwarded", header));

    [Fact]
    public void Only_the_named_header_is_read_and_later_lines_are_nearer()
    {
        Assert.Equal("10.0.0.1", ClientOf(ForwardingHeader.XForwardedFor, "10.0.0.1", "Forwarded", "for=198.51.100.1"));
        Assert.Equal("10.0.0.1", ClientOf(ForwardingHeader.Forwarded, "10.0.0.1", "X-Forwarded-For", "198.51.100.1"));
        Assert.Equal("198.51.100.2", ClientOf(ForwardingHeader.XForwardedFor, "10.0.0.1", "X-Forwarded-For", "198.51.100.1", "198.51.100.2"));
    }

    [Fact]
    public void Without_proxies_the_client_is_whoever_connected()
    {
        var context = ContextOf("10.0.0.1", "X-Forwarded-For", "198.51.100.1");
        Assert.Equal("10.0.0.1", TrustedProxies.None.ClientOf(context)!.ToString());
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxies")]
    [InlineData("")]
    public void A_prefix_that_is_none_is_refused(string prefix) =>
        Assert.Throws<ArgumentException>(() => TrustedProxies.Of(ForwardingHeader.Forwarded, prefix));

    [Fact]
    public void A_long_list_ends_after_32_hops()
    {
        var context = ContextOf("10.0.0.1", "X-Forwarded-For", "198.51.100.1, " + string.Join(", ", Enumerable.Repeat("10.0.0.7", 1000)));
        Assert.Equal("10.0.0.7", TrustedProxies.Of(ForwardingHeader.XForwardedFor, "10.0.0.0/8").ClientOf(context)!.ToString());
    }

    private static string ClientOf(ForwardingHeader header, string from, string name, params string[] lines) =>
        TrustedProxies.Of(header, "10.0.0.0/8", "2001:db8:ffff::/48").ClientOf(ContextOf(from, name, lines))!.ToString();

    private static DefaultHttpContext ContextOf(string from, string name, params string[] lines)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        context.Request.Headers[name] = lines;
        return context;
    }
}
