using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Core.Devices;

namespace ActorFingerprint.Engine.Journal;

/// <summary>
/// Names devices in the journal without naming them: <c>device-</c> and the lower-case hex of HMAC-SHA-256 over the UTF-8 device
/// key. Whoever lacks the key can neither read a MAC address out of a persistence id nor test one against it.
/// </summary>
public sealed class DevicePseudonyms
{
    /// <summary>What every persistence id of a device starts with.</summary>
    public const string Prefix = "device-";

    /// <summary>Length of the key, bytes.</summary>
    public const int KeyLength = 32;

    private readonly byte[]? _key;

    private DevicePseudonyms() => _key = null;

    /// <summary>Uses a key of <see cref="KeyLength"/> bytes; copies it.</summary>
    public DevicePseudonyms(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyLength) throw new ArgumentException($"a pseudonym key has {KeyLength} bytes, not {key.Length}", nameof(key));
        _key = key.ToArray();
    }

    /// <summary>
    /// Names devices in clear, for a journal that keeps no events and lives no longer than the process: nothing is written that could be read.
    /// Spares a scan the loading of the platform's cryptography, 10 ms.
    /// </summary>
    public static DevicePseudonyms InClear { get; } = new();

    /// <summary>The persistence id of a device.</summary>
    public string PersistenceIdOf(DeviceKey device) => PersistenceIdOf(device.ToString());

    /// <summary>The persistence id of a device key in its text form, exactly as <see cref="DeviceKey.ToString"/> writes it.</summary>
    public string PersistenceIdOf(string device)
    {
        if (_key is null) return Prefix + device;
        Span<byte> utf8 = stackalloc byte[256];
        if (Encoding.UTF8.GetMaxByteCount(device.Length) > utf8.Length) utf8 = new byte[Encoding.UTF8.GetMaxByteCount(device.Length)];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, utf8[..Encoding.UTF8.GetBytes(device, utf8)], mac);
        return string.Create(Prefix.Length + (2 * mac.Length), mac, static (text, mac) =>
        {
            Prefix.CopyTo(text);
            Convert.TryToHexStringLower(mac, text[Prefix.Length..], out _);
        });
    }
}
