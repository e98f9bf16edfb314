using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Tests.Protocols.Tls;
using Xunit;
using static ActorFingerprint.Tests.Protocols.Network.Wire;

namespace ActorFingerprint.Tests.Engine;

/// <summary>A capture taken behind a router: one hardware address, forty clients (design §4, router rule).</summary>
public sealed class BehindARouterSpecs
{
    private const int Clients = 40;
    private static readonly DeviceKey Router = DeviceKey.OfMac(MacAddress.TryParse(ClientMac, out var mac) ? mac : default);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task No_order_of_frames_pins_the_clients_to_the_router(int seed)
    {
        var frames = Enumerable.Range(0, Clients).SelectMany(FramesOf).ToArray();
        if (seed > 0) new Random(seed).Shuffle(frames); // 0: client after client, handshake first
        var start = new DateTime(2026, 1, 2, 10, 0, 0, DateTimeKind.Utc).Ticks;
        var source = new MemoryCaptureSource("routed", [.. frames.Select((bytes, i) => new MemoryFrame(start + i * TimeSpan.TicksPerMillisecond, bytes))]);
        await using var engine = EngineHarness.Engine(new InMemoryJournal(keepEvents: true), EngineScheduler.Default, TimeProvider.System);

        await engine.RunAsync(source, EngineHarness.Request, CancellationToken.None);

        var router = (await engine.GetAsync(Router, CancellationToken.None))!.State;
        Assert.True(router.IsRouter);
        Assert.Empty(router.History(FingerprintKind.Ja4).Values);
        Assert.Empty(router.Addresses);
        Assert.DoesNotContain(router.Facts, fact => FactScope.CrossesRouters(fact.Kind));
        for (var client = 0; client < Clients; client++)
        {
            var device = await engine.GetAsync(DeviceKey.OfIp("default", 0, AddressOf(client)), CancellationToken.None);
            Assert.NotNull(device);
            Assert.Single(device.State.History(FingerprintKind.Ja4).Values);
            Assert.Contains(device.State.Facts, fact => fact is { Kind: FactKind.UserAgent } && fact.Value == $"client/{client}");
            Assert.Contains(device.State.Facts, fact => fact.Kind == FactKind.TcpSyn);
        }
    }

    private static NetworkAddress AddressOf(int client) => NetworkAddress.TryParse($"10.1.0.{client + 1}", out var address) ? address : default;

    private static byte[][] FramesOf(int client)
    {
        var from = AddressOf(client).ToString();
        var port = 40_000 + client;
        var hello = TlsBytes.Records(TlsBytes.ClientHello($"host{client}.example", more: ((ushort)(0x7000 + client), [])));
        var request = System.Text.Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: client/{client}\r\n\r\n");
        return
        [
            TcpFrame([], port, 443, flags: 0x02, from: from),
            TcpFrame(hello, port, 443, from: from),
            TcpFrame(request, port + 1000, 80, from: from),
        ];
    }
}
