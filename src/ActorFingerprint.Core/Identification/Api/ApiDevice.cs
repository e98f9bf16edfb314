namespace ActorFingerprint.Core.Identification.Api;

/// <summary>What the API says a device is.</summary>
/// <param name="Path">Names from the root of the API's tree to the device: <c>Operating System</c>, …, the device. At least one.</param>
/// <param name="Score">How sure the API is, 0..100: below 31 very weak, 31..50 moderate.</param>
public sealed record ApiDevice(IReadOnlyList<string> Path, int Score)
{
    /// <summary>The API's number of the device; 0 when it gave none.</summary>
    public long Id { get; init; }

    /// <summary>Version of the operating system or firmware; empty when it is not known.</summary>
    public string Version { get; init; } = "";

    /// <summary>The device itself: the last name of <see cref="Path"/>.</summary>
    public string Name => Path[^1];

    /// <summary>By value, the path name by name.</summary>
    public bool Equals(ApiDevice? other) =>
        other is not null && Id == other.Id && Score == other.Score && Version == other.Version
        && Path.SequenceEqual(other.Path, StringComparer.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Id, Score, Version, Name);
}
