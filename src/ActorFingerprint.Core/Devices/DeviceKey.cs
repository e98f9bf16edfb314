using System.Buffers;
using System.Globalization;
using System.Text;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Devices;

/// <summary>What a <see cref="DeviceKey"/> is made of.</summary>
public enum DeviceKeyKind : byte
{
    /// <summary>No key: the observation belongs to no device.</summary>
    None,

    /// <summary><c>mac:AA:BB:CC:DD:EE:FF</c>.</summary>
    Mac,

    /// <summary><c>ip:site/vlan/address</c>: a device seen only behind a router, or on a link without MAC addresses.</summary>
    Ip,

    /// <summary><c>duid:hex</c> (RFC 8415 §11).</summary>
    Duid,

    /// <summary><c>cid:hex</c>: DHCP client identifier of a client whose <c>hlen</c> is 0 (RFC 4390).</summary>
    ClientId,
}

/// <summary>Names one device actor: its entity id. A value; equal keys are one actor.</summary>
public readonly record struct DeviceKey
{
    private const int MaxVlan = 4095;
    private const int MacBits = 48;
    private const ulong MacMask = (1UL << MacBits) - 1;

    private readonly string? _text;

    // The kind above the 48 bits of the address: every observation holds a key, and every one is looked up by it.
    private readonly ulong _kindAndMac;

    private DeviceKey(DeviceKeyKind kind, MacAddress mac, string? text) =>
        (_kindAndMac, _text) = ((ulong)kind << MacBits | (mac.Value & MacMask), text);

    /// <summary>What the key is made of.</summary>
    public DeviceKeyKind Kind => (DeviceKeyKind)(_kindAndMac >> MacBits);

    /// <summary>The address of a <see cref="DeviceKeyKind.Mac"/> key; <see cref="MacAddress.None"/> otherwise.</summary>
    public MacAddress Mac => new(_kindAndMac & MacMask);

    /// <summary>True when the key names nothing.</summary>
    public bool IsNone => Kind == DeviceKeyKind.None;

    /// <summary>The MAC or IP address in the key as text; null for the other kinds.</summary>
    public string? Address => Kind switch
    {
        DeviceKeyKind.Mac => Mac.ToString(),
        DeviceKeyKind.Ip => _text![(_text!.LastIndexOf('/') + 1)..],
        _ => null,
    };

    /// <summary>The site in a <see cref="DeviceKeyKind.Ip"/> key; null for the other kinds.</summary>
    public string? Site => Kind == DeviceKeyKind.Ip ? _text!["ip:".Length.._text!.IndexOf('/')] : null;

    /// <summary>The key of a MAC address.</summary>
    public static DeviceKey OfMac(MacAddress mac) => new(DeviceKeyKind.Mac, mac, null);

    /// <summary>The key of an address in a site and VLAN (0 = untagged).</summary>
    public static DeviceKey OfIp(string site, int vlan, NetworkAddress address) =>
        new(DeviceKeyKind.Ip, default, $"ip:{site}/{vlan}/{address}");

    /// <summary>The key of a DHCPv6 unique identifier.</summary>
    public static DeviceKey OfDuid(ReadOnlySpan<byte> duid) => new(DeviceKeyKind.Duid, default, "duid:" + Convert.ToHexStringLower(duid));

    /// <summary>The key of a DHCPv4 client identifier (option 61).</summary>
    public static DeviceKey OfClientId(ReadOnlySpan<byte> clientId) =>
        new(DeviceKeyKind.ClientId, default, "cid:" + Convert.ToHexStringLower(clientId));

    /// <summary>Parses what <see cref="ToString"/> writes, and a bare MAC address in any spelling; a site holds no slash.</summary>
    public static bool TryParse(string? text, out DeviceKey key)
    {
        key = default;
        if (string.IsNullOrWhiteSpace(text)) return false;
        text = text.Trim();
        var bare = text.StartsWith("mac:", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(4) : text;
        if (MacAddress.TryParse(bare, out var mac)) { key = OfMac(mac); return true; }
        var isValid = text.Split(':', 2) switch
        {
            ["ip", var place] => TryParseIp(place, out key),
            ["duid", var hex] when TryParseHex(hex, out var duid) => (key = OfDuid(duid)) != default,
            ["cid", var hex] when TryParseHex(hex, out var clientId) => (key = OfClientId(clientId)) != default,
            _ => false,
        };
        return isValid;
    }

    private static bool TryParseIp(string place, out DeviceKey key)
    {
        key = default;
        if (place.Split('/') is not [{ Length: > 0 } site, var vlan, var address]) return false;
        if (!ushort.TryParse(vlan, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id > MaxVlan) return false;
        if (!NetworkAddress.TryParse(address, out var parsed)) return false;
        key = OfIp(site, id, parsed);
        return true;
    }

    private static bool TryParseHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return bytes.Length > 0 && Convert.FromHexString(text, bytes, out var used, out var written) is OperationStatus.Done
            && used == text.Length && written == bytes.Length;
    }

    /// <summary>FNV-1a 64 of the UTF-8 entity id: stable for ever, unlike <see cref="GetHashCode"/>.</summary>
    public ulong StableHash()
    {
        Span<byte> utf8 = stackalloc byte[256];
        if (Kind == DeviceKeyKind.Mac) return Fnv1a(utf8[..Write(Mac, utf8)]);
        var text = ToString();
        if (Encoding.UTF8.GetMaxByteCount(text.Length) > utf8.Length) utf8 = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        return Fnv1a(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    /// <summary>As the members say; compared often, so without a comparer for each.</summary>
    public bool Equals(DeviceKey other) => _kindAndMac == other._kindAndMac && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_text is not null) return _text.GetHashCode(StringComparison.Ordinal);
        var mixed = _kindAndMac * 0x9E3779B97F4A7C15; // 2^64 divided by the golden ratio
        return (int)(mixed >> 32);
    }

    /// <summary>Writes the entity id of a MAC address; returns its length.</summary>
    private static int Write(MacAddress mac, Span<byte> utf8)
    {
        "mac:"u8.CopyTo(utf8);
        var length = "mac:"u8.Length;
        for (var shift = 40; shift >= 0; shift -= 8)
        {
            var octet = (int)(mac.Value >> shift) & 0xFF;
            utf8[length++] = "0123456789ABCDEF"u8[octet >> 4];
            utf8[length++] = "0123456789ABCDEF"u8[octet & 15];
            utf8[length++] = (byte)':';
        }
        return length - 1;
    }

    /// <summary>FNV-1a, 64 bits: the hash that says where an entity lives.</summary>
    public static ulong Fnv1a(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in bytes) hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }

    /// <summary>The entity id, as in the shard hash, the read models and the interfaces.</summary>
    public override string ToString() => Kind switch
    {
        DeviceKeyKind.None => "",
        DeviceKeyKind.Mac => "mac:" + Mac,
        _ => _text!,
    };
}
