using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Devices;

/// <summary>What new values are counted apart by. The first members equal <see cref="FingerprintKind"/>.</summary>
public enum Novelty : byte
{
    /// <summary>Values of <see cref="FingerprintKind.DhcpDiscover"/>.</summary>
    [JsonStringEnumMemberName("dhcp-discover")]
    DhcpDiscover,
    /// <summary>Values of <see cref="FingerprintKind.DhcpRequest"/>.</summary>
    [JsonStringEnumMemberName("dhcp-request")]
    DhcpRequest,
    /// <summary>Values of <see cref="FingerprintKind.DhcpInform"/>.</summary>
    [JsonStringEnumMemberName("dhcp-inform")]
    DhcpInform,
    /// <summary>Values of <see cref="FingerprintKind.Ja4"/>.</summary>
    [JsonStringEnumMemberName("ja4")]
    Ja4,
    /// <summary>Addresses.</summary>
    [JsonStringEnumMemberName("address")]
    Address,
    /// <summary>Host names.</summary>
    [JsonStringEnumMemberName("host-name")]
    HostName,
    /// <summary>Facts of all kinds.</summary>
    [JsonStringEnumMemberName("fact")]
    Fact,
}

/// <summary>New values in one aligned hour of frame time.</summary>
public readonly record struct NoveltyWindow(
    Novelty Of, [property: JsonPropertyName("hour")] long HourStartTicks, int NewValues, bool IsSuppressed);

/// <summary>
/// How many new values a device brought per hour: over <see cref="Limit"/> it journals no more of them until another hour. The
/// last <see cref="Kept"/> hours of each kind are remembered, so frames out of order around a full hour, or a file scanned while
/// a live capture runs, do not start a window anew. Immutable.
/// </summary>
public sealed record NoveltyWindows
{
    /// <summary>New values journaled per kind and hour.</summary>
    public const int Limit = 64;

    /// <summary>New facts journaled per hour, all kinds together.</summary>
    public const int FactLimit = 256;

    /// <summary>Hours remembered per kind.</summary>
    public const int Kept = 4;

    /// <summary>Nothing new yet.</summary>
    public static NoveltyWindows Empty { get; } = new();

    /// <summary>The windows, oldest entered first.</summary>
    [JsonRequired]
    public ImmutableArray<NoveltyWindow> Windows { get; init; } = [];

    /// <summary>Start of the aligned hour that holds a frame time.</summary>
    public static long HourOf(long atTicks) => atTicks - atTicks % TimeSpan.TicksPerHour;

    /// <summary>The window of that hour; an empty one when nothing was new in it.</summary>
    public NoveltyWindow At(Novelty of, long atTicks) =>
        IndexOf(of, HourOf(atTicks)) is var index and >= 0 ? Windows[index] : new(of, HourOf(atTicks), 0, false);

    /// <summary>True when a new value may still be journaled.</summary>
    public bool Allows(Novelty of, long atTicks) => At(of, atTicks).NewValues < (of == Novelty.Fact ? FactLimit : Limit);

    /// <summary>With one more new value.</summary>
    public NoveltyWindows Add(Novelty of, long atTicks) => Put(At(of, atTicks) is var w ? w with { NewValues = w.NewValues + 1 } : default);

    /// <summary>With the hour marked: its suppression is journaled.</summary>
    public NoveltyWindows Suppress(Novelty of, long hourStartTicks) => Put(At(of, hourStartTicks) with { IsSuppressed = true });

    private NoveltyWindows Put(NoveltyWindow window)
    {
        if (IndexOf(window.Of, window.HourStartTicks) is var known and >= 0) return this with { Windows = Windows.SetItem(known, window) };
        var windows = Windows.Count(w => w.Of == window.Of) < Kept ? Windows : Windows.RemoveAt(Oldest(window.Of));
        return this with { Windows = windows.Add(window) };
    }

    private int Oldest(Novelty of)
    {
        var index = 0;
        while (Windows[index].Of != of) index++;
        return index;
    }

    private int IndexOf(Novelty of, long hourStartTicks)
    {
        for (var i = 0; i < Windows.Length; i++)
            if (Windows[i].Of == of && Windows[i].HourStartTicks == hourStartTicks) return i;
        return -1;
    }
}
