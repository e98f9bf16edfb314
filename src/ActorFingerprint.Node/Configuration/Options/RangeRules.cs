using System.ComponentModel.DataAnnotations;

namespace ActorFingerprint.Node.Configuration;

/// <summary>A duration between two others, both inclusive, written as in configuration.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationRangeAttribute(string least, string most) : ValidationAttribute
{
    /// <summary>The shortest allowed.</summary>
    public string Least => least;

    /// <summary>The longest allowed.</summary>
    public string Most => most;

    /// <inheritdoc />
    public override bool IsValid(object? value) => value is TimeSpan duration
        && Units.TryParseDuration(least, out var from) && Units.TryParseDuration(most, out var to) && duration >= from && duration <= to;

    /// <inheritdoc />
    public override string FormatErrorMessage(string name) => $"is outside {least}..{most}";
}

/// <summary>A size between two others, both inclusive, written as in configuration.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SizeRangeAttribute(string least, string most) : ValidationAttribute
{
    /// <summary>The smallest allowed.</summary>
    public string Least => least;

    /// <summary>The largest allowed.</summary>
    public string Most => most;

    /// <inheritdoc />
    public override bool IsValid(object? value) => value is ByteSize size
        && Units.TryParseSize(least, out var from) && Units.TryParseSize(most, out var to) && size >= from && size <= to;

    /// <inheritdoc />
    public override string FormatErrorMessage(string name) => $"is outside {least}..{most}";
}

/// <summary>A whole number between two others, both inclusive.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CountRangeAttribute(int least, int most) : ValidationAttribute
{
    /// <summary>The smallest allowed.</summary>
    public int Least => least;

    /// <summary>The largest allowed.</summary>
    public int Most => most;

    /// <inheritdoc />
    public override bool IsValid(object? value) => value is int count && count >= least && count <= most;

    /// <inheritdoc />
    public override string FormatErrorMessage(string name) => $"is outside {least}..{most}";
}

/// <summary>Three whole numbers: where a score reaches L1, L2 and L3.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ThreeLevelsAttribute : ValidationAttribute
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IReadOnlyList<int> { Count: 3 };

    /// <inheritdoc />
    public override string FormatErrorMessage(string name) => "is not three numbers, such as [5, 8, 12]";
}
