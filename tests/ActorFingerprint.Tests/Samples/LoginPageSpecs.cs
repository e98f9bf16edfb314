using System.Net;
using LoginPage;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ActorFingerprint.Tests.Samples;

/// <summary>What samples/LoginPage/README.md promises.</summary>
public sealed class LoginPageSpecs : IAsyncLifetime
{
    private readonly WebApplication _site = LoginSite.Create(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false });

    public async ValueTask InitializeAsync()
    {
        await _site.StartAsync(TestContext.Current.CancellationToken);
        _http.BaseAddress = new Uri(_site.Urls.Single());
    }

    [Fact]
    public async Task A_stranger_who_guesses_is_refused_and_the_owners_device_is_still_let_in()
    {
        using var login = await LoginAsync("alice", "correct horse", "Mozilla/5.0 Firefox/140.0");
        Assert.Equal(HttpStatusCode.OK, login.StatusCode);
        var cookie = login.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

        using var first = await LoginAsync("alice", "guess 1", "Opera/9");
        Assert.Equal(HttpStatusCode.Unauthorized, first.StatusCode);
        for (var i = 2; i <= 4; i++)
        {
            using var refused = await LoginAsync("alice", $"guess {i}", "Opera/9");
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 15);
            Assert.Contains("Too many attempts", await TextAsync(refused), StringComparison.Ordinal);
        }
        using var right = await LoginAsync("alice", "correct horse", "Opera/9");
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode); // a lucky guess does not help while blocked

        using var owner = await LoginAsync("alice", "correct horse", "Mozilla/5.0 Firefox/140.0", cookie);
        Assert.Equal(HttpStatusCode.OK, owner.StatusCode);
        using var other = await LoginAsync("bob", "guess", "Opera/9");
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Fact]
    public async Task The_form_is_shown_and_text_from_outside_is_none_of_it()
    {
        Assert.Contains("<form", await _http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var odd = await LoginAsync("<script>alert(1)</script>", "x", "<b>");
        Assert.DoesNotContain("alert(1)", await TextAsync(odd), StringComparison.Ordinal);
        using var json = await _http.PostAsync(new Uri("/login", UriKind.Relative), new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
    }

    [Fact]
    public async Task The_newsletter_is_throttled_by_the_frameworks_middleware()
    {
        for (var i = 0; i < 4; i++)
        {
            using var response = await _http.PostAsync(new Uri("/newsletter", UriKind.Relative), null, TestContext.Current.CancellationToken);
            Assert.Equal(i < 3 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, response.StatusCode);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _site.DisposeAsync();
    }

    private static Task<string> TextAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> LoginAsync(string user, string password, string agent, string? cookie = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent([new("user", user), new("password", password), new("hints", """{"tz":"+60"}""")]),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        return _http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
