namespace ActorFingerprint.Core.Net;

/// <summary>An IPv4 address or none, in 8 bytes: for fields that can hold nothing else, where many objects have them.</summary>
internal readonly struct OptionalV4
{
    private readonly uint _value;
    private readonly bool _isGiven;

    /// <summary>An IPv6 address counts as none.</summary>
    public OptionalV4(NetworkAddress address) => (_value, _isGiven) = ((uint)address.Bits.Low, address.IsV4);

    public NetworkAddress Address => _isGiven ? NetworkAddress.V4(_value) : default;
}
