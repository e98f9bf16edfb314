using ActorFingerprint.Node.Configuration;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

public sealed class AccessSpecs
{
    private const string ReaderToken = ApiHost.ReaderToken;

    public static TheoryData<string, string> Changes => new()
    {
        { "PUT", "/api/devices/001ec2000001/label" },
        { "DELETE", "/api/devices/001ec2000001" },
        { "POST", "/admin/capture/live:eth0/start" },
        { "POST", "/admin/capture/live:eth0/stop" },
        { "POST", "/admin/shutdown" },
        { "POST", "/admin/passivate" },
        { "POST", "/admin/snapshot" },
        { "POST", "/admin/rebalance" },
        { "POST", "/admin/drain" },
        { "POST", "/admin/undrain" },
        { "POST", "/admin/log-level" },
        { "POST", "/admin/replay" },
        { "POST", "/admin/replay/x/cancel" },
        { "PUT", "/cluster/members/actorfp@127.0.0.1:2551" },
        { "DELETE", "/cluster/members/actorfp@127.0.0.1:2551" },
    };

    public static TheoryData<string> Views => new()
    {
        "/cluster/members", "/cluster/members/actorfp@127.0.0.1:2551", "/cluster/shards/device", "/admin/capture", "/admin/drain", "/admin/log-level",
        "/admin/replay",
    };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Every_view_of_operators_is_for_readers_from_elsewhere_and_for_anybody_here(string path)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(200, (await host.GetAsync(path)).Status);
        foreach (var (token, expected) in new[] { (null, 401), (ReaderToken, 200), (ApiHost.DeciderToken, 200), (host.Token, 200) })
        {
            var request = ApiHost.Request(HttpMethod.Get, path, token);
            request.Headers.Add("X-Forwarded-For", "203.0.113.5");
            Assert.Equal(expected, (await host.SendAsync(request)).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Every_change_needs_an_admin_token(string method, string path)
    {
        await using var host = await ApiHost.StartAsync();
        using var without = await host.SendRawAsync(ApiHost.Request(new HttpMethod(method), path, json: "{}"));
        Assert.Equal(401, (int)without.StatusCode);
        Assert.Equal("Bearer", without.Headers.WwwAuthenticate.ToString());
        Assert.Equal(401, (await host.SendAsync(new HttpMethod(method), path, "wrong-token-wrong-token-wrong", "{}")).Status);
        var (status, problem) = await host.SendAsync(new HttpMethod(method), path, ReaderToken, "{}");
        Assert.Equal((403, "ROLE_TOO_LOW"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(403, (await host.SendAsync(new HttpMethod(method), path, ApiHost.DeciderToken, "{}")).Status);
        Assert.Empty(host.Engine.Calls);
        Assert.Empty(host.Engine.Store.Calls);
        Assert.DoesNotContain("admin.call", string.Concat(await host.AuditAsync()), StringComparison.Ordinal);
        Assert.Null(host.ShutdownReason);
    }

    [Fact]
    public async Task Reads_on_this_machine_need_no_token_but_a_wrong_one_is_refused()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(200, (await host.GetAsync("/api/devices")).Status);
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Get, "/api/devices", ReaderToken)).Status);
        Assert.Equal(401, (await host.SendAsync(HttpMethod.Get, "/api/devices", "wrong-token-wrong-token-wrong")).Status);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.5")]
    [InlineData("Forwarded", "for=203.0.113.5")]
    public async Task A_read_that_a_proxy_forwarded_counts_as_one_from_elsewhere(string header, string value)
    {
        await using var host = await ApiHost.StartAsync();
        var request = ApiHost.Request(HttpMethod.Get, "/api/devices");
        request.Headers.Add(header, value);
        Assert.Equal(401, (await host.SendAsync(request)).Status);
        var withToken = ApiHost.Request(HttpMethod.Get, "/api/devices", ReaderToken);
        withToken.Headers.Add(header, value);
        Assert.Equal(200, (await host.SendAsync(withToken)).Status);
        var open = ApiHost.Request(HttpMethod.Get, "/ready");
        open.Headers.Add(header, value);
        Assert.Equal(200, (await host.SendAsync(open)).Status);
    }

    [Theory]
    [InlineData("evil.example", 421)]
    [InlineData("evil.example:8558", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:1", 200)]
    [InlineData("[::1]:8558", 200)]
    [InlineData("node.example", 200)]
    public async Task Only_names_of_the_node_are_accepted_as_host(string name, int expected)
    {
        await using var host = await ApiHost.StartAsync(new HttpOptions { Names = ["node.example"] });
        var request = ApiHost.Request(HttpMethod.Get, "/alive");
        request.Headers.Host = name;
        Assert.Equal(expected, (await host.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("http://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://localhost:1", 403)]
    [InlineData("same", 200)]
    public async Task Requests_of_pages_from_other_origins_are_refused(string origin, int expected)
    {
        await using var host = await ApiHost.StartAsync();
        var request = ApiHost.Request(HttpMethod.Get, "/api/devices");
        request.Headers.Add("Origin", origin == "same" ? host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin);
        Assert.Equal(expected, (await host.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_flood_of_refused_requests_makes_one_audit_line()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 50; i++) await host.SendAsync(HttpMethod.Post, "/admin/shutdown");
        var lines = await File.ReadAllLinesAsync(host.AuditPath, TestContext.Current.CancellationToken);
        Assert.Contains("\"event\":\"http.refused\"", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_endpoint_of_the_document_answers_and_every_change_in_it_asks_for_a_token()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, document) = await host.GetAsync("/openapi/v1.json");
        Assert.Equal(200, status);
        var paths = document.GetProperty("paths").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        string[] expected =
        [
            "/alive", "/ready", "/metrics", "/api/devices", "/api/devices/export", "/api/devices/{key}", "/api/devices/{key}/fingerprints",
            "/api/devices/{key}/history", "/api/devices/{key}/label", "/api/fingerprints/stats", "/api/events", "/admin/capture",
            "/admin/capture/{source}/start", "/admin/capture/{source}/stop", "/admin/shutdown", "/admin/passivate", "/admin/snapshot",
            "/admin/rebalance", "/admin/drain", "/admin/undrain", "/admin/log-level", "/admin/replay", "/admin/replay/{id}", "/admin/replay/{id}/result",
            "/admin/replay/{id}/cancel", "/cluster/members", "/cluster/members/{address}", "/cluster/shards/{region}",
        ];
        Assert.Empty(expected.Except(paths.Keys));
        foreach (var (path, operations) in paths)
            foreach (var operation in operations.EnumerateObject().Where(o => o.Name is "put" or "post" or "delete"))
                Assert.True(operation.Value.TryGetProperty("security", out _), $"{operation.Name} {path}");
    }
}
