using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Node.Probing;
using ActorFingerprint.Protocols.Tls;
using ActorFingerprint.Tests.Core.Identification.Api;
using ActorFingerprint.Tests.Node.Fingerbank;
using Xunit;

namespace ActorFingerprint.Tests.Node.Probing;

public sealed class ProbeClientSpecs
{
    private static readonly DeviceKey Device = DeviceKey.OfMac(ApiSamples.Mac(1));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_question_is_one_whole_ClientHello_that_our_own_parser_reads()
    {
        using var reader = new HelloReader(ServerHelloProbe.Question);
        Assert.Equal(HelloScan.Whole, reader.Read(out var message));
        Assert.Equal(ServerHelloProbe.Question.Length, reader.Position);
        var hello = new HelloFactory().ReadClient(message[HelloReader.HandshakeHeaderLength..]);
        Assert.NotNull(hello);
        Assert.Equal((0x0304, false, 14), (hello.HighestVersion, hello.HasSni, hello.CipherSuites.Length));
        Assert.Equal([0x001D, 0x0017, 0x0018], hello.SupportedGroups);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_real_TLS_server_shows_its_JA3S_the_same_each_time(SslProtocols version)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = ServeTlsAsync(server, version, connections: 2);
        var first = await AskAsync(((IPEndPoint)server.LocalEndpoint).Port);
        var second = await AskAsync(((IPEndPoint)server.LocalEndpoint).Port);
        var fact = Assert.Single(first);
        Assert.Equal((FactKind.Ja3S, 32), (fact.Kind, fact.Value.Length));
        Assert.Equal(first, second);
        await serving;
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0028")]
    [InlineData("\u0016\u0003\u0003\u0040\u0000\u0002\u0000\u0000\u0030\u0003")]
    public async Task A_server_that_answers_something_else_or_nothing_gives_no_fact(string answer)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await server.AcceptTcpClientAsync(Stop);
            await client.GetStream().WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer), Stop);
        }, Stop);
        Assert.Empty(await AskAsync(((IPEndPoint)server.LocalEndpoint).Port));
        await serving;
    }

    [Fact]
    public async Task A_silent_server_is_given_up_in_time_and_no_server_is_no_error()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        Assert.Empty(await AskAsync(port, TimeSpan.FromMilliseconds(200)));
        server.Stop();
        Assert.Empty(await AskAsync(port));
    }

    [Fact]
    public async Task A_description_is_fetched_with_one_plain_GET()
    {
        await using var device = new LoopbackApi { IsBodyless = true };
        device.Always(200, """<root xmlns="urn:schemas-upnp-org:device-1-0"><device><modelName>Box</modelName></device></root>""");
        Assert.Equal([new DeviceFact(FactKind.Upnp, "modelName=Box")], await AskAsync(device.Port, path: "/desc.xml?a=1"));
        Assert.Equal(["GET /desc.xml?a=1 HTTP/1.1", $"Host: 127.0.0.1:{device.Port}", "User-Agent: ActorFingerprint"],
            Assert.Single(device.Requests).Head.TrimEnd().Split("\r\n").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_an_endless_description_is_cut_off()
    {
        await using var elsewhere = new LoopbackApi { IsBodyless = true };
        await using var device = new LoopbackApi { IsBodyless = true };
        device.Always(302, "", $"Location: {elsewhere.Address}");
        Assert.Empty(await AskAsync(device.Port, path: "/"));
        Assert.Empty(elsewhere.Requests);
        device.Answer = async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n<root><device>"u8.ToArray(), stop);
            for (var sent = 0; sent < 64 * 1024 * 1024; sent += 0x4000) await stream.WriteAsync(new byte[0x4000], stop);
        };
        Assert.Empty(await AskAsync(device.Port, path: "/"));
    }

    private static async Task<IReadOnlyList<DeviceFact>> AskAsync(int port, TimeSpan? timeout = null, string? path = null)
    {
        Assert.True(NetworkAddress.TryParse("127.0.0.1", out var loopback));
        using var client = new ProbeClient(timeout ?? TimeSpan.FromSeconds(20), TimeProvider.System);
        return await client.AskAsync(new ProbeTarget(Device, loopback, port, path), Stop);
    }

    private static async Task ServeTlsAsync(TcpListener server, SslProtocols version, int connections)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        for (var n = 0; n < connections; n++)
        {
            using var client = await server.AcceptTcpClientAsync(Stop);
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = version }, Stop);
            }
            catch (Exception error) when (error is IOException or AuthenticationException)
            {
                // the prober leaves after the hello
            }
        }
    }
}
