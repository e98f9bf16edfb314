using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Fingerbank;
using ActorFingerprint.Tests.Core.Identification.Api;
using Xunit;

namespace ActorFingerprint.Tests.Node.Fingerbank;

public sealed class FingerbankClientSpecs : IAsyncDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef01234567";
    private const string Device = """{"device":{"id":42,"name":"Example Phone","parents":[{"name":"Example OS"},{"name":"Operating System"}]},"score":73,"version":"9.1"}""";
    private readonly LoopbackApi _api = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_question_is_one_POST_with_the_key_in_its_header_and_the_fields_in_its_body()
    {
        _api.Always(200, Device);
        Assert.Equal(new InterrogationResult(InterrogationOutcome.Found, ApiSamples.Phone), await AskAsync());
        var (head, body) = Assert.Single(_api.Requests);
        Assert.Equal(
            [
                "POST /api/v2/combinations/interrogate HTTP/1.1", "Accept: application/json", $"Authorization: Bearer {Key}", "Content-Length: 54",
                "Content-Type: application/json", $"Host: 127.0.0.1:{_api.Port}", "User-Agent: ActorFingerprint",
            ],
            head.TrimEnd().Split("\r\n").Order(StringComparer.Ordinal).OrderByDescending(l => l.StartsWith("POST", StringComparison.Ordinal)));
        Assert.Equal("""{"mac":"00:1E:C2:00:00:01","dhcp_fingerprint":"1,3,6"}""", body);
    }

    [Theory]
    [InlineData(401, InterrogationOutcome.KeyRefused)]
    [InlineData(403, InterrogationOutcome.Blocked)]
    [InlineData(404, InterrogationOutcome.NotFound)]
    [InlineData(400, InterrogationOutcome.QuestionRefused)]
    [InlineData(429, InterrogationOutcome.LimitReached)]
    [InlineData(500, InterrogationOutcome.ServerFault)]
    [InlineData(502, InterrogationOutcome.ServerFault)]
    [InlineData(204, InterrogationOutcome.Unreadable)]
    public async Task Every_status_has_its_outcome(int status, InterrogationOutcome outcome)
    {
        _api.Always(status, status == 204 ? "" : "<html>\u0000</html>");
        Assert.Equal(new InterrogationResult(outcome), await AskAsync());
    }

    [Theory]
    [InlineData("Retry-After: 120", 120)]
    [InlineData("Retry-After: -5", null)]
    [InlineData("Retry-After: soon", null)]
    [InlineData("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", null)]
    public async Task Retry_After_is_read_where_it_makes_sense(string header, int? seconds)
    {
        _api.Always(429, "", header);
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, (await AskAsync()).RetryAfter);
        _api.Always(503, "", header);
        Assert.Equal(seconds is { } t ? TimeSpan.FromSeconds(t) : null, (await AskAsync()).RetryAfter);
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_the_time_until_then()
    {
        _api.Always(429, "", $"Retry-After: {DateTimeOffset.UtcNow.AddMinutes(10):R}");
        Assert.InRange((await AskAsync()).RetryAfter!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_so_the_key_goes_nowhere_else()
    {
        await using var elsewhere = new LoopbackApi();
        _api.Always(307, "", $"Location: {elsewhere.Address}");
        Assert.Equal(InterrogationOutcome.Unreadable, (await AskAsync()).Outcome);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"score\":50}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public async Task Garbage_with_a_200_is_unreadable(string body)
    {
        _api.Always(200, body);
        Assert.Equal(InterrogationOutcome.Unreadable, (await AskAsync()).Outcome);
    }

    [Fact]
    public async Task A_body_that_does_not_end_is_read_no_further_than_a_reply_can_be_long()
    {
        var written = 0;
        _api.Answer = async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), stop);
            var chunk = System.Text.Encoding.ASCII.GetBytes("4000\r\n" + new string(' ', 0x4000) + "\r\n");
            for (; written < 64 * 1024 * 1024; written += 0x4000) await stream.WriteAsync(chunk, stop);
        };
        Assert.Equal(InterrogationOutcome.Unreadable, (await AskAsync()).Outcome);
        Assert.InRange(written, 0, 32 * 1024 * 1024);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"dev")]
    [InlineData("SSH-2.0-whatever\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: pi\r\n\r\n")]
    public async Task A_connection_that_breaks_or_speaks_something_else_is_an_outcome(string answer)
    {
        _api.Answer = async (_, stream, stop) =>
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop);
            throw new EndOfAnswerException();
        };
        Assert.Contains((await AskAsync()).Outcome, new[] { InterrogationOutcome.Unreadable, InterrogationOutcome.Unreachable });
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")]
    public async Task A_server_that_is_silent_before_or_within_its_answer_is_given_up_in_time(string start)
    {
        _api.Answer = async (_, stream, stop) =>
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(start), stop);
            await Task.Delay(Timeout.Infinite, stop);
        };
        Assert.Equal(InterrogationOutcome.TimedOut, (await AskAsync(TimeSpan.FromMilliseconds(200))).Outcome);
    }

    [Fact]
    public async Task No_server_is_unreachable()
    {
        var options = OptionsFor(TimeSpan.FromSeconds(10));
        await _api.DisposeAsync();
        using var client = new FingerbankClient(options, ApiKey.Load(options), TimeProvider.System);
        Assert.Equal(InterrogationOutcome.Unreachable, (await client.AskAsync(ApiSamples.Question(1), Stop)).Outcome);
    }

    [Fact]
    public async Task Giving_up_is_cancellation_and_not_an_outcome()
    {
        _api.Answer = (_, _, stop) => Task.Delay(Timeout.Infinite, stop);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var options = OptionsFor(TimeSpan.FromSeconds(30));
        using var client = new FingerbankClient(options, ApiKey.Load(options), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.AskAsync(ApiSamples.Question(1), stop.Token));
    }

    private async Task<InterrogationResult> AskAsync(TimeSpan? timeout = null)
    {
        var options = OptionsFor(timeout ?? TimeSpan.FromSeconds(20));
        using var client = new FingerbankClient(options, ApiKey.Load(options), TimeProvider.System);
        return await client.AskAsync(ApiSamples.Question(1), Stop);
    }

    private FingerbankOptions OptionsFor(TimeSpan timeout) =>
        new() { Enabled = true, ApiKey = Key, Address = _api.Address, Timeout = timeout };
}
