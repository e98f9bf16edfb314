using System.Security.Cryptography;

namespace ActorFingerprint.Limits.Keys;

/// <summary>
/// Ready HMAC-SHA256 instances of one secret. Keying is more than half of a short HMAC's cost, so instances are kept; any thread may
/// rent, and one that finds the pool empty keys its own.
/// </summary>
internal sealed class KeyedHashPool(byte[] secret)
{
    private readonly IncrementalHash?[] _idle = new IncrementalHash?[8];

    public IncrementalHash Rent()
    {
        for (var i = 0; i < _idle.Length; i++)
            if (Interlocked.Exchange(ref _idle[i], null) is { } ready) return ready;
        return IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
    }

    public void Return(IncrementalHash hash)
    {
        for (var i = 0; i < _idle.Length; i++)
            if (Interlocked.CompareExchange(ref _idle[i], hash, null) is null) return;
        hash.Dispose();
    }
}
