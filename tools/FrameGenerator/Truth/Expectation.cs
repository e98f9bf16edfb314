using System.Net;
using ActorFingerprint.Tools.FrameGenerator.Dhcp;
using ActorFingerprint.Tools.FrameGenerator.Tls;

namespace ActorFingerprint.Tools.FrameGenerator.Truth;

/// <summary>What a reader must find, and at which frame it is complete.</summary>
/// <param name="At">The frame that completes the message.</param>
/// <param name="Device">The device that it tells of: <c>AA:BB:CC:DD:EE:FF</c>, <c>cid:hex</c>, or empty where the case does not
/// decide.</param>
internal abstract record Expectation(Frame At, string Device)
{
    /// <summary>Cells that the published texts leave open, so that nothing is asserted: <c>ja4_o</c>, <c>option_order</c>.</summary>
    public IReadOnlyList<string> Open { get; init; } = [];

    /// <summary>A reader may report the message or leave it; if it does, these are its cells.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>A ClientHello or ServerHello; source is the client for both.</summary>
internal sealed record TlsExpectation(Frame At, string Device, IPEndPoint Client, IPEndPoint Server) : Expectation(At, Device)
{
    public ClientHelloMessage? ClientHello { get; init; }

    public ServerHelloMessage? ServerHello { get; init; }

    /// <summary>Carried by QUIC.</summary>
    public bool IsQuic { get; init; }

    /// <summary>MAC address of the router behind which the client lives, when it is one.</summary>
    public string? Behind { get; init; }
}

/// <summary>A DHCP or BOOTP message.</summary>
internal sealed record DhcpExpectation(Frame At, string Device, DhcpMessage Message) : Expectation(At, Device);
