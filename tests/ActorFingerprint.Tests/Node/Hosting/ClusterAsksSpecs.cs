using System.Security.Cryptography.X509Certificates;
using ActorFingerprint.Cluster.Asks;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Tests.Cluster.Asks;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

public sealed class ClusterAsksSpecs
{
    [Fact]
    public async Task Options_make_a_node_that_asks_and_is_asked()
    {
        using var folder = new TemporaryFolder();
        var certificates = new AskCertificates();
        var (secret, certificate, authorities) = (folder.File("secret"), folder.File("node.p12"), folder.File("ca.pem"));
        File.WriteAllText(secret, new string('s', 40) + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(certificate, certificates.Node().Export(X509ContentType.Pkcs12, "word"));
        File.WriteAllText(authorities, certificates.Authorities[0].ExportCertificatePem());
        var options = new ClusterAsksOptions
        {
            Port = 0,
            SecretFile = secret,
            Certificate = certificate,
            CertificatePassword = "word",
            Authorities = authorities,
        };
        Assert.Empty(options.Problems());
        var directory = new ShardDirectory();
        await using var asks = ClusterAsks.Open(options, directory, TimeProvider.System);
        var handlers = new Dictionary<string, IShardAskHandler> { ["test"] = ScriptedHandler.Echo() };
        var address = await asks.ListenAsync(handlers, (_, _) => 1, TestContext.Current.CancellationToken);
        Assert.Equal("https", address.Scheme);
        directory.Announce("test", 3, new(address, 1));
        Assert.Equal([3, 3, 9], (await asks.Client.AskAsync("test", 3, "get", (byte[])[9], TestContext.Current.CancellationToken)).ToArray());
        await asks.StopListeningAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_secret_that_others_can_read_or_guess_is_refused()
    {
        if (OperatingSystem.IsWindows()) return; // no such permissions
        using var folder = new TemporaryFolder();
        var secret = folder.File("secret");
        var options = new ClusterAsksOptions { SecretFile = secret };
        File.WriteAllText(secret, "short");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead);
        Assert.Contains("32 characters", Refusal(options), StringComparison.Ordinal);
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Refusal(options), StringComparison.Ordinal);
        Assert.Contains("secret", Refusal(new()), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_cannot_work_are_refused_with_what_to_write()
    {
        AssertProblem(new() { Host = "0.0.0.0", AllowInsecureRemote = true }, "announced-host");
        AssertProblem(new() { Host = "192.0.2.7" }, "host");
        AssertProblem(new() { Host = "node" }, "host");
        AssertProblem(new() { AnnouncedHost = "no host" }, "announced-host");
        AssertProblem(new() { SecretFile = "/nowhere/secret" }, "secret-file");
        Assert.Empty(new ClusterAsksOptions { Host = "192.0.2.7", AllowInsecureRemote = true }.Problems());
    }

    private static void AssertProblem(ClusterAsksOptions options, string key) => Assert.Equal(key, Assert.Single(options.Problems()).Key);

    private static string Refusal(ClusterAsksOptions options) =>
        Assert.Throws<InvalidDataException>(() => ClusterAsks.Open(options, new ShardDirectory(), TimeProvider.System)).Message;
}
