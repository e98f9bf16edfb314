using System.Text.Json;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

public sealed class DeviceApiSpecs
{
    private const string LabelPath = "/api/devices/001ec2000001/label";

    [Fact]
    public async Task Devices_come_as_a_page_with_their_total()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, page) =
            await host.GetAsync("/api/devices?limit=1&offset=1&sort=-last_seen&status=ok&seenAfter=2026-01-31T01:00:00Z&q=%20mac");
        Assert.Equal(200, status);
        Assert.Equal((1, 1, 1),
            (page.GetProperty("total").GetInt32(), page.GetProperty("offset").GetInt32(), page.GetProperty("limit").GetInt32()));
        var query = host.Engine.Model.LastQuery!;
        Assert.Equal(("last_seen", true, "ok", "mac", FakeReadModel.Utc(1)),
            (query.Sort, query.Descending, query.Status, query.Text, query.SeenAfterTicks));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=many")]
    [InlineData("offset=-1")]
    [InlineData("sort=colour")]
    [InlineData("status=fine")]
    [InlineData("seenAfter=yesterday")]
    public async Task A_query_that_cannot_be_meant_is_a_400_problem(string query)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, problem) = await host.GetAsync("/api/devices?" + query);
        Assert.Equal(400, status);
        Assert.Equal("INVALID_REQUEST", problem.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("00:1e:c2:00:00:01")]
    [InlineData("00-1E-C2-00-00-01")]
    [InlineData("001e.c200.0001")]
    [InlineData("001ec2000001")]
    [InlineData("mac:00:1E:C2:00:00:01")]
    public async Task A_device_is_found_by_any_spelling_of_its_address(string key)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, detail) = await host.GetAsync("/api/devices/" + key);
        Assert.Equal(200, status);
        var device = detail.GetProperty("device");
        Assert.Equal("00:1E:C2:00:00:01", device.GetProperty("mac").GetString());
        Assert.Equal("2026-01-31T01:00:00Z", device.GetProperty("firstSeen").GetString());
        Assert.Equal("1,3,6", detail.GetProperty("features").GetProperty("dhcp")[0].GetString());
        Assert.Equal("""[{"kind":"mdns-service","value":"_ipp._tcp","firstSeen":"2026-01-31T01:00:00Z"}]""", detail.GetProperty("facts").GetRawText());
    }

    [Fact]
    public async Task A_key_with_slashes_is_found_when_they_are_escaped()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(200, (await host.GetAsync("/api/devices/ip:default%2F0%2F10.0.0.9")).Status);
    }

    [Theory]
    [InlineData("/api/devices/02:00:00:00:00:99")]
    [InlineData("/api/devices/not-a-key")]
    [InlineData("/api/devices/02:00:00:00:00:99/fingerprints")]
    [InlineData("/api/devices/02:00:00:00:00:99/history")]
    [InlineData("/api/nothing")]
    public async Task What_does_not_exist_is_a_404_problem(string path)
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendRawAsync(ApiHost.Request(HttpMethod.Get, path));
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("\"code\":\"NOT_FOUND\"", await ApiHost.TextOfAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fingerprints_have_the_documented_shape_with_null_for_what_has_no_source()
    {
        await using var host = await ApiHost.StartAsync();
        var text = await host.GetTextAsync("/api/devices/00:1E:C2:00:00:01/fingerprints");
        Assert.Equal(
            """
            {"mac":"00:1E:C2:00:00:01",
            "dhcp":{"fingerprintString":"1,3,6,15","orderedString":"1,15,3,6","hash":"abcd","capturedAt":"2026-01-31T02:00:00Z",
            "matchedDevice":null,"matchSource":null,"confidence":null},
            "tls":[{"ja3Hash":"ja3","ja4Hash":"t13d","sni":"example.org","destinationIp":"192.0.2.1","destinationPort":443,
            "capturedAt":"2026-01-31T02:00:00Z","matchedApplication":null,"matchSource":null}],
            "fingerbank":null}
            """.ReplaceLineEndings(""),
            text);
    }

    [Fact]
    public async Task A_device_without_fingerprints_has_null_and_an_empty_list()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(
            """{"mac":null,"dhcp":null,"tls":[],"fingerbank":null}""",
            await host.GetTextAsync("/api/devices/ip:default%2F0%2F10.0.0.9/fingerprints"));
    }

    [Fact]
    public async Task Stats_have_the_documented_shape() => Assert.Equal(
        """
        {"bundledDatabase":{"version":null,"dhcpEntries":null,"ja3Entries":null,"deviceEntries":null},
        "captures":{"dhcpCaptureEnabled":true,"tlsCaptureEnabled":false,"dhcpCaptureCount":3,"tlsCaptureCount":5},
        "cache":{"entries":null,"hitRate":null,"oldestEntry":null},
        "api":{"enabled":false,"requestsThisHour":null,"quotaRemaining":null},
        "inference":{"dhcpMatchRate":null,"tlsProbeSuccessRate":null,"cacheHitRate":null,"offlineResolutionRate":null,"averageInferenceTime":null}}
        """.ReplaceLineEndings(""),
        await Using(host => host.GetTextAsync("/api/fingerprints/stats")));

    [Fact]
    public async Task History_is_the_journal_of_the_device()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, history) = await host.GetAsync("/api/devices/001ec2000001/history");
        Assert.Equal("device.first-seen.v1", history.GetProperty("items")[0].GetProperty("manifest").GetString());
        Assert.Equal(1, history.GetProperty("items")[0].GetProperty("event").GetProperty("at").GetInt32());
    }

    [Fact]
    public async Task Export_as_csv_quotes_fields_and_disarms_formulas()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.SendRawAsync(ApiHost.Request(HttpMethod.Get, "/api/devices/export?format=csv"));
        var csv = await ApiHost.TextOfAsync(response);
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("devices.csv", response.Content.Headers.ContentDisposition!.FileName);
        Assert.StartsWith("key,mac,label,vendor,", csv, StringComparison.Ordinal);
        Assert.Contains("\"Apple, Inc.\"", csv, StringComparison.Ordinal);
        Assert.Contains(",'=cmd|' /C calc'!A0,\"1,3,6,15\",", csv, StringComparison.Ordinal);
        Assert.Equal(3, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Export_as_json_is_one_array_and_other_formats_are_refused()
    {
        await using var host = await ApiHost.StartAsync();
        var (_, all) = await host.GetAsync("/api/devices/export");
        Assert.Equal(2, all.GetArrayLength());
        Assert.Equal(400, (await host.GetAsync("/api/devices/export?format=xml")).Status);
        Assert.Equal(400, (await host.GetAsync("/api/devices/export?format=2")).Status);
    }

    [Fact]
    public async Task A_label_is_set_by_the_actor_and_audited_under_a_pseudonym()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, detail) = await host.SendAsync(HttpMethod.Put, LabelPath, host.Token, """{"label":" Kitchen "}""");
        Assert.Equal(200, status);
        Assert.Equal("Kitchen", detail.GetProperty("device").GetProperty("label").GetString());
        Assert.Contains("Label = Kitchen", Assert.Single(host.Engine.Calls), StringComparison.Ordinal);
        var audit = await File.ReadAllTextAsync(host.AuditPath, TestContext.Current.CancellationToken);
        Assert.Contains("\"event\":\"device.labelled\",\"actor\":\"http:admin\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("1E:C2", audit, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Kitchen", audit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"label":"a\u0000b"}""")]
    [InlineData("""{"label":"a\u202Eb"}""")]
    [InlineData("{\"label\":")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task A_body_or_label_that_cannot_be_meant_is_a_400_problem(string json)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Put, LabelPath, host.Token, json)).Status);
        Assert.Empty(host.Engine.Calls);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_a_413_problem()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, problem) =
            await host.SendAsync(HttpMethod.Put, LabelPath, host.Token, JsonSerializer.Serialize(new string('x', 100_000)));
        Assert.Equal((413, "BODY_TOO_LARGE"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Erasing_answers_204_once_and_404_afterwards()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(204, (await host.SendAsync(HttpMethod.Delete, "/api/devices/001ec2000001", host.Token)).Status);
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Delete, "/api/devices/001ec2000001", host.Token)).Status);
        var audit = await File.ReadAllTextAsync(host.AuditPath, TestContext.Current.CancellationToken);
        Assert.Contains("\"event\":\"device.erased\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("1E:C2", audit, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_erasure_without_an_answer_is_in_the_audit_log_as_failed()
    {
        await using var host = await ApiHost.StartAsync(arrange: engine => engine.AskFails = new JournalUnavailableException("no answer in time"));
        Assert.Equal(503, (await host.SendAsync(HttpMethod.Delete, "/api/devices/001ec2000001", host.Token)).Status);
        var audit = await File.ReadAllTextAsync(host.AuditPath, TestContext.Current.CancellationToken);
        Assert.Contains("\"event\":\"device.erased\",\"actor\":\"http:admin\",\"outcome\":\"failed\"", audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_refuses_is_a_503_problem_with_its_reason()
    {
        await using var host =
            await ApiHost.StartAsync(arrange: engine => engine.AskFails = new JournalUnavailableException("journal.db: the disk is full"));
        var (status, problem) = await host.SendAsync(HttpMethod.Put, LabelPath, host.Token, """{"label":"x"}""");
        Assert.Equal((503, "STORE_UNAVAILABLE", "journal.db: the disk is full"),
            (status, problem.GetProperty("code").GetString(), problem.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task An_unexpected_failure_tells_nothing_of_its_inside()
    {
        await using var host = await ApiHost.StartAsync(arrange: engine => engine.AskFails = new InvalidOperationException("secret"));
        using var response = await host.SendRawAsync(ApiHost.Request(HttpMethod.Put, LabelPath, host.Token, """{"label":"x"}"""));
        var text = await ApiHost.TextOfAsync(response);
        Assert.Equal(500, (int)response.StatusCode);
        Assert.Contains("INTERNAL_ERROR", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private static async Task<T> Using<T>(Func<ApiHost, Task<T>> use)
    {
        await using var host = await ApiHost.StartAsync();
        return await use(host);
    }
}
