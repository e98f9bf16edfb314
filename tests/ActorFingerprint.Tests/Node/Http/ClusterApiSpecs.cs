using System.Text.Json;
using ActorFingerprint.Engine.Membership;
using Xunit;

namespace ActorFingerprint.Tests.Node.Http;

/// <summary><c>/cluster</c>, in the shapes that clients of Akka Management read.</summary>
public sealed class ClusterApiSpecs
{
    private const string Self = "actorfp://actorfp@127.0.0.1:2551";

    [Fact]
    public async Task A_node_that_runs_alone_is_the_only_member_up_with_all_roles_and_owner_of_all_shards()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, cluster) = await host.GetAsync("/cluster/members");
        Assert.Equal(200, status);
        Assert.Equal((Self, Self, Self), (Text(cluster, "selfNode"), Text(cluster, "leader"), Text(cluster, "oldest")));
        var member = Assert.Single(cluster.GetProperty("members").EnumerateArray());
        Assert.Equal((Self, "Up"), (Text(member, "node"), Text(member, "status")));
        Assert.True(long.TryParse(Text(member, "nodeUid"), out _));
        Assert.Equal(["sensor", "engine", "api"], member.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(0, cluster.GetProperty("unreachable").GetArrayLength());
        Assert.Equal(["api", "engine", "sensor"], cluster.GetProperty("oldestPerRole").EnumerateObject().Select(role => role.Name));
        var region = cluster.GetProperty("shards")[0];
        Assert.Equal(("device", 2, 0, 2), (Text(region, "region"), Number(region, "shards"), Number(region, "unowned"), Number(region, "numEntities")));
        Assert.Equal((Self, 2), (Text(region.GetProperty("owners")[0], "node"), Number(region.GetProperty("owners")[0], "shards")));
        Assert.Equal((90, 10), (Number(cluster.GetProperty("lag"), "offset"), Number(cluster.GetProperty("lag"), "events")));
        Assert.Equal(200, (await host.GetAsync("/cluster/members/")).Status);
    }

    [Fact]
    public async Task A_cluster_shows_who_is_unreachable_for_whom_and_who_owns_what()
    {
        await using var host = await ApiHost.StartAsync(prepare: h => h.Cluster = new FakeCluster());
        var (_, cluster) = await host.GetAsync("/cluster/members");
        Assert.Equal(3, cluster.GetProperty("members").GetArrayLength());
        Assert.Equal("-9223372036854775808", Text(cluster.GetProperty("members")[1], "nodeUid"));
        var hidden = Assert.Single(cluster.GetProperty("unreachable").EnumerateArray());
        Assert.Equal("actorfp://actorfp@10.0.0.3:8558", Text(hidden, "node"));
        Assert.Equal(2, hidden.GetProperty("observedBy").GetArrayLength());
        Assert.Equal("actorfp://actorfp@10.0.0.2:8558", Text(cluster, "oldest"));
        Assert.Equal((3, 1), (Number(cluster.GetProperty("shards")[0], "shards"), Number(cluster.GetProperty("shards")[0], "unowned")));
        Assert.Equal(JsonValueKind.Null, cluster.GetProperty("lag").ValueKind);
    }

    [Theory]
    [InlineData("actorfp@127.0.0.1:2551")]
    [InlineData("actorfp://actorfp@127.0.0.1:2551")]
    [InlineData("actorfp:%2F%2Factorfp@127.0.0.1:2551")]
    [InlineData("actorfp%3A%2f%2factorfp%40127.0.0.1%3A2551")]
    public async Task A_member_is_found_by_its_address_with_and_without_the_scheme(string address)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, member) = await host.GetAsync("/cluster/members/" + address);
        Assert.Equal((200, Self), (status, Text(member, "node")));
    }

    [Theory]
    [InlineData("actorfp@127.0.0.1:2552")]
    [InlineData("127.0.0.1:2551")]
    [InlineData("akka://Main@127.0.0.1:2551")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%3Cscript%3E")]
    [InlineData("actorfp@127.0.0.1:2551/x")]
    public async Task An_address_of_no_member_is_404_and_not_repeated(string address)
    {
        await using var host = await ApiHost.StartAsync(isReadOnly: false);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            var (status, problem) = await host.SendAsync(method, "/cluster/members/" + address, host.Token);
            Assert.Equal((404, "NOT_FOUND", "no member has this address; GET /cluster/members lists them"),
                (status, Text(problem, "code"), Text(problem, "message")));
            Assert.Equal(Text(problem, "detail"), Text(problem, "message"));
        }
        Assert.Null(host.ShutdownReason);
    }

    [Theory]
    [InlineData("members/%00")]
    [InlineData("shards/device%00")]
    public async Task A_null_in_a_path_is_refused_before_anything_reads_it(string path)
    {
        await using var host = await ApiHost.StartAsync(isReadOnly: false);
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Delete, "/cluster/" + path, host.Token)).Status);
    }

    [Fact]
    public async Task The_shards_of_a_region_have_owner_and_epoch()
    {
        await using var host = await ApiHost.StartAsync();
        var (status, shards) = await host.GetAsync("/cluster/shards/device");
        Assert.Equal(200, status);
        Assert.Equal(
            [("0", 2, Self, 3), ("1", 0, Self, 0)],
            shards.GetProperty("regions").EnumerateArray().Select(s => (Text(s, "shardId"), Number(s, "numEntities"), Text(s, "owner"), Number(s, "epoch"))));
    }

    [Theory]
    [InlineData("devices")]
    [InlineData("DEVICE")]
    [InlineData("%2e%2e")]
    [InlineData("device%2fx")]
    public async Task An_unknown_region_is_404(string region)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, problem) = await host.GetAsync("/cluster/shards/" + region);
        Assert.Equal(404, status);
        if (region != "%2e%2e") Assert.Equal("no region has this name; GET /cluster/members lists them", Text(problem, "message"));
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_change_is_refused_with_the_key_to_set_unless_it_is_allowed(string method)
    {
        await using var host = await ApiHost.StartAsync();
        var (status, problem) = await SendAsync(host, method, "actorfp@127.0.0.1:2551", "operation=leave");
        Assert.Equal((403, "MANAGEMENT_READ_ONLY"), (status, Text(problem, "code")));
        Assert.Contains("management.http.route-providers-read-only", Text(problem, "message"), StringComparison.Ordinal);
        Assert.Null(host.ShutdownReason);
        Assert.Contains("\"outcome\":\"refused\",\"detail\":\"member MANAGEMENT_READ_ONLY\"", (await host.AuditAsync())[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "operation=leave")]
    [InlineData("PUT", "operation=LEAVE")]
    [InlineData("DELETE", null)]
    public async Task A_node_that_runs_alone_leaves_by_an_orderly_stop_and_says_so_as_often_as_asked(string method, string? form)
    {
        await using var host = await ApiHost.StartAsync(isReadOnly: false);
        for (var i = 0; i < 2; i++)
        {
            var (status, answer) = await SendAsync(host, method, "actorfp@127.0.0.1:2551", form);
            Assert.Equal((200, "Leaving " + Self), (status, Text(answer, "message")));
            Assert.Equal(Self + " leaves", host.ShutdownReason);
        }
        Assert.Equal("Leaving", Text((await host.GetAsync("/cluster/members/actorfp@127.0.0.1:2551")).Body, "status"));
        Assert.Equal("this node is leaving", Text((await host.GetAsync("/ready")).Body, "detail"));
        Assert.All((await host.AuditAsync()).TakeLast(2), line => Assert.Contains($"\"detail\":\"member leave {Self}\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_runs_alone_cannot_be_declared_down_and_says_why()
    {
        await using var host = await ApiHost.StartAsync(isReadOnly: false);
        var (status, problem) = await SendAsync(host, "PUT", "actorfp@127.0.0.1:2551", "operation=Down");
        Assert.Equal((409, "CLUSTER_REFUSED"), (status, Text(problem, "code")));
        Assert.Contains("have it leave instead", Text(problem, "message"), StringComparison.Ordinal);
        Assert.Null(host.ShutdownReason);
    }

    [Theory]
    [InlineData("operation=join")]
    [InlineData("operation=")]
    [InlineData("operation=down&operation=leave")]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_operation_that_is_none_is_400_and_does_nothing(string? form)
    {
        await using var host = await ApiHost.StartAsync(isReadOnly: false);
        var (status, problem) = await SendAsync(host, "PUT", "actorfp@127.0.0.1:2551", form);
        Assert.Equal((400, "INVALID_REQUEST"), (status, Text(problem, "code")));
        Assert.Null(host.ShutdownReason);
    }

    [Fact]
    public async Task Members_of_a_cluster_are_told_by_its_control_and_its_refusal_is_passed_on()
    {
        var cluster = new FakeCluster();
        await using var host = await ApiHost.StartAsync(isReadOnly: false, prepare: h => (h.Cluster, h.Control) = (cluster, cluster));
        Assert.Equal(200, (await SendAsync(host, "PUT", "actorfp@10.0.0.2:8558", "operation=down")).Status);
        Assert.Equal(200, (await SendAsync(host, "DELETE", "actorfp@10.0.0.3:8558", null)).Status);
        Assert.Equal(["down actorfp://actorfp@10.0.0.2:8558", "leave actorfp://actorfp@10.0.0.3:8558"], cluster.Calls);
        cluster.Answer = new ControlResult(ControlOutcome.UnknownMember, "gone");
        Assert.Equal(404, (await SendAsync(host, "DELETE", "actorfp@10.0.0.3:8558", null)).Status);
    }

    [Fact]
    public async Task Members_shards_and_lag_are_metrics()
    {
        await using var host = await ApiHost.StartAsync(prepare: h => h.Cluster = new FakeCluster { Lag = new ProjectionLag(5, 7, null) });
        var text = await host.GetTextAsync("/metrics");
        Assert.Contains("af_cluster_members{status=\"leaving\"}", text, StringComparison.Ordinal);
        Assert.Contains("af_cluster_shards{owner=\"none\",region=\"device\"}", text, StringComparison.Ordinal);
        Assert.Contains("af_projections_lag ", text, StringComparison.Ordinal);
    }

    private static Task<(int Status, JsonElement Body)> SendAsync(ApiHost host, string method, string address, string? form)
    {
        var request = ApiHost.Request(new HttpMethod(method), "/cluster/members/" + address, host.Token);
        if (form is not null) request.Content = new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        return host.SendAsync(request);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
