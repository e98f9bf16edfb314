using System.Numerics;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols;

/// <summary>
/// A discovery message and what it tells of its sender. Immutable; shared between equal messages of one sender, or of all where the sender
/// makes no difference.
/// </summary>
internal sealed class DiscoveryContent<T>
{
    public required T Message { get; init; }

    /// <summary>The sender that facts and names hold for; none where they hold for any.</summary>
    public NetworkAddress Sender { get; init; }

    /// <summary>Why the reader stopped early.</summary>
    public Malformed Fault { get; init; }

    /// <summary>Something was left out: a fault, or more than the limits allow.</summary>
    public bool IsCut { get; init; }

    public IReadOnlyList<DeviceFact> Facts { get; init; } = [];

    public IReadOnlyList<GivenName> HostNames { get; init; } = [];

    public NetworkAddress OwnAddress { get; init; }
}

/// <summary>The contents of repeated messages, by bytes and sender.</summary>
/// <param name="slots">Slots; a power of two.</param>
internal sealed class DiscoveryCache<T>(int slots)
{
    /// <summary>
    /// Bytes for each place, enough for most messages: what is read of one takes some ten times its length, and nobody shall fill all places
    /// with long ones.
    /// </summary>
    private const int MeanContent = 256;

    private readonly ContentCache<DiscoveryContent<T>> _contents = new(slots, slots * MeanContent);

    /// <summary>Hash for <see cref="Find"/> and <see cref="Offer"/>.</summary>
    public static ulong Hash(ReadOnlySpan<byte> message, NetworkAddress sender)
    {
        var (high, low) = sender.Bits;
        return ContentHash.Mix(ContentHash.Of(message), BitOperations.RotateLeft(high, 29) ^ low);
    }

    /// <summary>The content of exactly these bytes from this sender, or null.</summary>
    public DiscoveryContent<T>? Find(ulong hash, ReadOnlySpan<byte> message, NetworkAddress sender) =>
        _contents.Find(hash, message) is { } content && content.Sender == sender ? content : null;

    /// <summary>Offers a content; kept when its bytes repeat.</summary>
    public void Offer(ulong hash, ReadOnlySpan<byte> message, DiscoveryContent<T> content) => _contents.Offer(hash, message, content);
}
