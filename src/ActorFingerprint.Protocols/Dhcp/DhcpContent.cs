using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Dhcp;

/// <summary>What the options of one message say. Immutable; shared between messages with the same bytes.</summary>
internal sealed class DhcpContent
{
    private static readonly byte[] Kept =
    [
        DhcpOption.ParameterRequestList, DhcpOption.VendorClass, DhcpOption.HostName,
        DhcpOption.ClientIdentifier, DhcpOption.UserClass, DhcpOption.ClientFqdn,
    ];

    /// <summary>A BOOTP message: no cookie, no options.</summary>
    public static DhcpContent Bootp { get; } = new() { Options = new DhcpOptions { Order = [] } };

    public required DhcpOptions Options { get; init; }

    /// <summary>Option 53, the first one.</summary>
    public DhcpMessageType MessageType { get; init; }

    /// <summary>Option 50.</summary>
    public NetworkAddress RequestedAddress { get; init; }

    /// <summary>Why the walk stopped early.</summary>
    public Malformed Fault { get; init; }

    /// <summary>Reads the options of a message with a cookie. An option that is cut, in any of its parts, is left out whole.</summary>
    public static DhcpContent Read(ReadOnlySpan<byte> message)
    {
        Span<int> lengths = stackalloc int[Kept.Length];
        lengths.Fill(-1);
        var cut = -1;
        var codes = 0;
        byte? type = null;
        NetworkAddress requested = default;
        var reader = new DhcpAreaReader(message);
        while (reader.TryRead(out var code, out var value))
        {
            if (reader.IsInOptionsField && !reader.IsRepeatedPad) codes++;
            var kept = Kept.AsSpan().IndexOf(code);
            if (reader.Fault != Malformed.None) { cut = kept; break; }
            if (kept >= 0) lengths[kept] = Math.Max(lengths[kept], 0) + value.Length;
            else if (code == DhcpOption.MessageType && value.Length > 0) type ??= value[0];
            else if (code == DhcpOption.RequestedAddress && value.Length == 4 && requested.IsNone) requested = NetworkAddress.ReadV4(value);
        }
        if (cut >= 0) lengths[cut] = -1;
        var values = new byte[]?[Kept.Length];
        var order = new byte[codes];
        Copy(message, lengths, values, order);
        return new DhcpContent
        {
            Options = new DhcpOptions
            {
                Order = order,
                ParameterRequestList = values[0],
                VendorClass = values[1],
                HostName = values[2],
                ClientIdentifier = values[3],
                UserClass = values[4],
                ClientFqdn = values[5],
            },
            MessageType = (DhcpMessageType)(type ?? 0),
            RequestedAddress = requested,
            Fault = reader.Fault,
        };
    }

    /// <summary>Second walk: every kept option's parts behind each other, and the codes of the options field, a run of pads as one.</summary>
    private static void Copy(ReadOnlySpan<byte> message, ReadOnlySpan<int> lengths, byte[]?[] values, Span<byte> order)
    {
        Span<int> written = stackalloc int[lengths.Length];
        written.Clear();
        for (var i = 0; i < lengths.Length; i++)
            if (lengths[i] >= 0) values[i] = lengths[i] == 0 ? [] : new byte[lengths[i]];
        var codes = 0;
        var reader = new DhcpAreaReader(message);
        while (reader.TryRead(out var code, out var value))
        {
            if (reader.IsInOptionsField && !reader.IsRepeatedPad) order[codes++] = code;
            var kept = Kept.AsSpan().IndexOf(code);
            if (kept < 0 || lengths[kept] < 0) continue;
            value.CopyTo(values[kept].AsSpan(written[kept]));
            written[kept] += value.Length;
        }
    }
}
