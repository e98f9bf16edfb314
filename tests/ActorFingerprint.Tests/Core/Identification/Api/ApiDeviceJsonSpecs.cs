using System.Text;
using ActorFingerprint.Core.Identification.Api;
using Xunit;

namespace ActorFingerprint.Tests.Core.Identification.Api;

public sealed class ApiDeviceJsonSpecs
{
    [Fact]
    public void A_reply_with_parents_gives_the_path_from_the_root()
    {
        const string reply = """
            {"device":{"id":33453,"name":"Example Phone","parent_id":2,"virtual_parent_id":null,"can_be_more_precise":true,
              "parents":[{"id":2,"name":"Example OS","parent_id":1},{"id":1,"name":"Operating System"}],"created_at":"2014"},
             "device_name":"Operating System/Example OS/Example Phone","score":73,"version":"9.1","request_id":"x"}
            """;
        Assert.Equal(new ApiDevice(["Operating System", "Example OS", "Example Phone"], 73) { Id = 33453, Version = "9.1" }, Read(reply));
    }

    [Theory]
    [InlineData("""{"device_name":"A/B","score":"high","version":null}""", "A/B", 0)]
    [InlineData("""{"device":{"name":"B","parents":[]},"score":1e9}""", "B", 100)]
    [InlineData("""{"device":{"name":"B"},"score":49.6}""", "B", 50)]
    [InlineData("""{"device":{"name":"B","parents":[{"id":1},7,{"name":"A"}]},"score":-3}""", "A/B", 0)]
    [InlineData("""{"device":[1],"device_name":" A // B "}""", "A/B", 0)]
    [InlineData("{\"device_name\":\"A\\u0000\\u202eB\"}", "A  B", 0)]
    public void Members_may_be_missing_odd_or_of_another_kind(string reply, string path, int score)
    {
        var device = Read(reply);
        Assert.NotNull(device);
        Assert.Equal((path, score), (string.Join('/', device.Path), device.Score));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html>busy</html>")]
    [InlineData("{\"device_name\":\"A\"")]
    [InlineData("{\"device_name\":\"\\ud800\"}")]
    [InlineData("{\"device_name\":7,\"device\":{\"name\":\"\"}}")]
    public void What_holds_no_device_is_refused(string reply) => Assert.Null(Read(reply));

    [Fact]
    public void Depth_length_names_and_paths_are_bounded()
    {
        Assert.Null(Read("{\"device_name\":\"A\",\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}"));
        Assert.Null(Read("{\"device_name\":\"A\",\"x\":\"" + new string('x', ApiDeviceJson.MaxLength) + "\"}"));
        var parents = string.Join(',', Enumerable.Repeat($"{{\"name\":\"{new string('n', 500)}\"}}", 100));
        var device = Read($"{{\"device\":{{\"name\":\"B\",\"parents\":[{parents}]}}}}");
        Assert.NotNull(device);
        Assert.Equal(ApiDeviceJson.MaxPath, device.Path.Count);
        Assert.All(device.Path, name => Assert.True(name.Length <= ApiDeviceJson.MaxName));
    }

    [Fact]
    public void What_the_cache_keeps_reads_back_the_same()
    {
        var device = new ApiDevice(["A / with slash", "Ünïcode \"B\""], 31) { Id = 7, Version = "" };
        Assert.Equal(device, Read(ApiDeviceJson.Write(device)));
        Assert.Equal("null", ApiDeviceJson.Write(null));
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        var random = new Random(1);
        var seed = Encoding.UTF8.GetBytes("""{"device":{"id":1,"name":"B","parents":[{"name":"A"}]},"score":7,"version":"1"}""");
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = seed.ToArray();
            for (var change = 0; change < 3; change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _ = ApiDeviceJson.TryRead(bytes.AsMemory(0, random.Next(bytes.Length + 1)), out _);
        }
    }

    private static ApiDevice? Read(string json) => ApiDeviceJson.TryRead(Encoding.UTF8.GetBytes(json), out var device) ? device : null;
}
