using System.Globalization;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// The devices whose persistence id lies between two, the second left out, and the name under which their offset is kept. A projection that
/// follows the journal has them all; one that is built anew is built in parts, which share nothing but the rows of runs.
/// </summary>
/// <param name="Name">Key of <c>projection_offset</c>.</param>
/// <param name="From">First persistence id.</param>
/// <param name="To">End, left out.</param>
public sealed record ProjectionPartition(string Name, string From, string To)
{
    /// <summary>Parts at most.</summary>
    public const int MaxParts = 64;

    /// <summary>Greater than every persistence id.</summary>
    private const string End = "\uffff";

    /// <summary>All devices.</summary>
    public static ProjectionPartition Whole { get; } = new("devices", "", End);

    /// <summary>True when it has all devices.</summary>
    public bool IsWhole => From.Length == 0 && To == End;

    /// <summary>Cuts the devices into this many parts (1..<see cref="MaxParts"/>) of about one size: ids are uniform, being keyed hashes.</summary>
    public static IReadOnlyList<ProjectionPartition> Split(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, MaxParts);
        return
        [
            .. Enumerable.Range(0, parts).Select(part => new ProjectionPartition(
                string.Create(CultureInfo.InvariantCulture, $"devices {part + 1}/{parts}"), Bound(part, parts), Bound(part + 1, parts))),
        ];
    }

    /// <summary>True for a device of it.</summary>
    public bool Contains(string persistenceId) =>
        string.CompareOrdinal(persistenceId, From) >= 0 && string.CompareOrdinal(persistenceId, To) < 0;

    private static string Bound(int part, int parts) =>
        part == 0 ? "" : part == parts ? End : "device-" + (part * 256 / parts).ToString("x2", CultureInfo.InvariantCulture);
}
