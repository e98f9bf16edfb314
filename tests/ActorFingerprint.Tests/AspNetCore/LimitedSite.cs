using ActorFingerprint.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorFingerprint.Tests.AspNetCore;

/// <summary>A small application on a free loopback port. The account is the header <c>X-User</c>; a request's status the header <c>X-Answer</c>.</summary>
internal sealed class LimitedSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LimitedSite(WebApplication app) => _app = app;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseCookies = false });

    public static async Task<LimitedSite> StartAsync(
        Action<DeviceLimitsBuilder> limiter, Action<WebApplication> map, Action<DeviceLimitOptions>? configure = null,
        Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        limiter(builder.Services.AddDeviceLimits(options =>
        {
            options.Account = context => ValueTask.FromResult<string?>(context.Request.Headers["X-User"].ToString());
            configure?.Invoke(options);
        }));
        services?.Invoke(builder.Services);
        var site = new LimitedSite(builder.Build());
        map(site._app);
        try
        {
            await site._app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
        site.Client.BaseAddress = new Uri(site._app.Urls.Single());
        return site;
    }

    /// <summary>An endpoint that answers with the status that its caller wants.</summary>
    public static IResult Answer(HttpContext context) =>
        Results.StatusCode(int.TryParse(context.Request.Headers["X-Answer"], out var status) ? status : 200);

    public async Task<HttpResponseMessage> PostAsync(string path, string? user = null, int? answer = null, string agent = "Mozilla/5.0 Firefox/140.0")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (user is not null) request.Headers.Add("X-User", user);
        if (answer is not null) request.Headers.Add("X-Answer", $"{answer}");
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<int> StatusAsync(string path, string? user = null, int? answer = null, string agent = "Mozilla/5.0 Firefox/140.0")
    {
        using var response = await PostAsync(path, user, answer, agent);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
