using ActorFingerprint.AspNetCore;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ActorFingerprint.Tests.AspNetCore;

public sealed class DeviceCookieSpecs
{
    private readonly DeviceCookie _cookie = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void A_device_is_trusted_for_the_account_that_it_logged_in_with_and_for_no_other()
    {
        var issued = Issue(_cookie);
        Assert.Contains("httponly", issued, StringComparison.Ordinal);
        Assert.Contains("secure", issued, StringComparison.Ordinal);
        var value = issued[(DeviceCookie.Name.Length + 1)..issued.IndexOf(';', StringComparison.Ordinal)];
        var own = _cookie.Read(With(value), "blind-1");
        Assert.True(own is { SessionId.Length: 22, IsTrusted: true });
        Assert.Equal(own with { IsTrusted = false }, _cookie.Read(With(value), "blind-2"));
        Assert.False(_cookie.Read(With(value), null).IsTrusted);
    }

    [Theory]
    [InlineData("made-up")]
    [InlineData("")]
    public void A_cookie_that_is_not_ours_says_nothing(string value) => Assert.Equal(default, _cookie.Read(With(value), "blind-1"));

    [Fact]
    public void A_cookie_of_other_keys_says_nothing()
    {
        var issued = Issue(new DeviceCookie(new EphemeralDataProtectionProvider()));
        Assert.Equal(default, _cookie.Read(With(issued[(DeviceCookie.Name.Length + 1)..issued.IndexOf(';', StringComparison.Ordinal)]), "blind-1"));
    }

    [Fact]
    public void A_blind_index_is_the_same_for_the_same_key_and_text_and_tells_neither()
    {
        Assert.Equal(BlindIndex.Of(new byte[32], "alice"), BlindIndex.Of(new byte[32], "alice"));
        Assert.NotEqual(BlindIndex.Of([.. new byte[31], 1], "alice"), BlindIndex.Of(new byte[32], "alice"));
        Assert.Equal(64, BlindIndex.Of(new byte[32], new string('a', 10_000))!.Length);
        Assert.Null(BlindIndex.Of(new byte[32], " "));
        Assert.Throws<ArgumentException>(() => BlindIndex.Of("short"u8, "alice"));
    }

    private static string Issue(DeviceCookie cookie)
    {
        var context = new DefaultHttpContext();
        cookie.Issue(context, "blind-1");
        return context.Response.Headers.SetCookie.ToString();
    }

    private static DefaultHttpContext With(string value)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = $"{DeviceCookie.Name}={value}";
        return context;
    }
}
