using System.Security.Cryptography;
using System.Text;

namespace ActorFingerprint.Core.Fingerprints;

/// <summary>
/// The options of a DHCPv4 message that describe its sender. Immutable and shareable: a parser may hand the same object to
/// every message with the same bytes. Arrays are never changed after construction.
/// </summary>
public sealed class DhcpOptions
{
    private string? _ordered;
    private string? _sorted;
    private string? _hash;

    /// <summary>Codes of the options field in wire order, end (255) included, a run of pads as one 0; overloaded fields are not in it.</summary>
    public required byte[] Order { get; init; }

    /// <summary>Option 55 in wire order, all instances concatenated; null when absent or cut, empty when sent empty.</summary>
    public byte[]? ParameterRequestList { get; init; }

    /// <summary>Option 60 bytes, or null.</summary>
    public byte[]? VendorClass { get; init; }

    /// <summary>Option 12 bytes as sent (trailing NULs kept), or null.</summary>
    public byte[]? HostName { get; init; }

    /// <summary>Option 61 bytes, or null.</summary>
    public byte[]? ClientIdentifier { get; init; }

    /// <summary>Option 77 bytes, or null.</summary>
    public byte[]? UserClass { get; init; }

    /// <summary>Option 81 bytes (flags, two result codes, name), or null.</summary>
    public byte[]? ClientFqdn { get; init; }

    /// <summary>Option 55 in wire order as decimal numbers joined by commas: the fingerprint. Null without option 55.</summary>
    public string? OrderedString => ParameterRequestList is null ? null : _ordered ??= string.Join(',', ParameterRequestList);

    /// <summary>The same numbers sorted ascending, repeats kept (INV-1): a lookup key, never shown as the fingerprint.</summary>
    public string? SortedString => ParameterRequestList is null ? null : _sorted ??= string.Join(',', ParameterRequestList.Order());

    /// <summary>SHA-256, lower-case hex, of <see cref="SortedString"/>.</summary>
    public string? SortedHash => SortedString is null ? null : _hash ??= Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SortedString)));
}
