using System.Security.Cryptography;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Identification.Api;

/// <summary>
/// What the API is asked about one device. Texts are as they came from the wire, bounded: a list has at most <see cref="MaxText"/>
/// characters, there are at most <see cref="MaxUserAgents"/> user agents.
/// </summary>
public sealed class ApiQuestion : IEquatable<ApiQuestion>
{
    /// <summary>Longest text of a member, in characters; a longer one is left out, since a part of it is another value.</summary>
    public const int MaxText = 512;

    /// <summary>Most user agents in one question.</summary>
    public const int MaxUserAgents = 5;

    private readonly byte[] _body;

    private ApiQuestion(MacAddress mac, byte[] body, string signalHash) => (Mac, _body, SignalHash) = (mac, body, signalHash);

    /// <summary>The device; <see cref="MacAddress.None"/> for a question about signals alone.</summary>
    public MacAddress Mac { get; }

    /// <summary>Option 55 in wire order, or null.</summary>
    public string? DhcpFingerprint { get; private init; }

    /// <summary>User agents, newest first.</summary>
    public IReadOnlyList<string> UserAgents { get; private init; } = [];

    /// <summary>SHA-256, lower-case hex, of the request body without <c>mac</c>: equal for devices that show the same.</summary>
    public string SignalHash { get; }

    /// <summary>The request body: JSON in UTF-8. Nothing of the device but this leaves the node.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    /// <summary>
    /// Puts a question together from what is known and may be sent; null when nothing of <paramref name="signals"/> may, because an
    /// address alone asks for what the vendor table answers.
    /// </summary>
    public static ApiQuestion? Of(MacAddress mac, ApiSignals signals, IReadOnlySet<ApiField> fields)
    {
        var sent = signals.Only(fields);
        if (sent.IsEmpty) return null;
        var sendsMac = mac.IsUnicast && !mac.IsLocallyAdministered && fields.Contains(ApiField.Mac);
        return new ApiQuestion(
            mac, ApiRequestWriter.Write(sendsMac ? mac : MacAddress.None, sent),
            Convert.ToHexStringLower(SHA256.HashData(ApiRequestWriter.Write(MacAddress.None, sent))))
        {
            DhcpFingerprint = sent.DhcpFingerprint,
            UserAgents = sent.UserAgents,
        };
    }

    /// <summary>Same device and same signals.</summary>
    public bool Equals(ApiQuestion? other) => other is not null && Mac == other.Mac && SignalHash == other.SignalHash;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ApiQuestion);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Mac, SignalHash);
}
