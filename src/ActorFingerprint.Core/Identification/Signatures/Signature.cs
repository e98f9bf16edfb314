using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>How a pattern is compared with a value. The text form of a member is the storage format.</summary>
public enum SignatureMatch : byte
{
    /// <summary>The whole value; letter case counts, except in host names and hashes.</summary>
    [JsonStringEnumMemberName("exact")]
    Exact,
    /// <summary>The beginning of the value.</summary>
    [JsonStringEnumMemberName("prefix")]
    Prefix,
    /// <summary>
    /// The whole value in any letter case with <c>*</c> for any text, <c>?</c> for one character, <c>#</c> for a decimal and <c>%</c> for a
    /// hexadecimal digit; <c>\</c> takes the next character as it is.
    /// </summary>
    [JsonStringEnumMemberName("glob")]
    Glob,
    /// <summary>Anywhere in the value in any letter case, but only whole words (a list of numbers: whole numbers).</summary>
    [JsonStringEnumMemberName("token")]
    Token,
    /// <summary>A regular expression, found anywhere in the value; inline options as in .NET.</summary>
    [JsonStringEnumMemberName("regex")]
    Regex,
}

/// <summary>
/// A kind of device as databases know it. <see cref="Path"/> names it from the root: <c>Camera/D-Link/DCS-935L</c>; a slash inside a name is
/// <c>\/</c>. Members that are null or unknown are not said.
/// </summary>
public sealed record SignatureDevice(string Path)
{
    /// <summary>What it is for.</summary>
    public DeviceType Type { get; init; }

    /// <summary>Who made it.</summary>
    public string? Vendor { get; init; }

    /// <summary>Model; <c>$0</c> stands for the whole value, <c>$1</c> … <c>$9</c> for what a glob's stars or an expression's groups matched.</summary>
    public string? Model { get; init; }

    /// <summary>Operating system family, such as <c>Windows</c>, <c>Linux</c>, <c>iOS</c>.</summary>
    public string? Os { get; init; }

    /// <summary>Carried about.</summary>
    public bool IsMobile { get; init; }

    /// <summary>A tablet.</summary>
    public bool IsTablet { get; init; }

    /// <summary>The last name of the path.</summary>
    [JsonIgnore]
    public string Name => DevicePath.Name(Path);
}

/// <summary>One rule: a value of this kind that matches the pattern speaks for this device.</summary>
/// <param name="Kind">Which value.</param>
/// <param name="Match">How it is compared.</param>
/// <param name="Pattern">With what; not empty.</param>
/// <param name="Device">For which device it speaks.</param>
/// <param name="Confidence">How well, in percent, 1 to 100; the source's weight applies on top.</param>
/// <param name="Origin">One word: where the rule comes from, such as <c>observed</c>, <c>vendor-documentation</c>, <c>satori</c>.</param>
public sealed record Signature(SignatureKind Kind, SignatureMatch Match, string Pattern, SignatureDevice Device, int Confidence, string Origin)
{
    /// <summary>DHCP message type (<c>discover</c>, <c>request</c>, <c>inform</c>) that the value must come from; empty: any.</summary>
    public string Qualifier { get; init; } = "";

    /// <summary>Prefixes one of which option 60 must begin with, when there are any (<see cref="SignatureKind.DhcpList"/>).</summary>
    public IReadOnlyList<string> VendorPatterns { get; init; } = [];
}
