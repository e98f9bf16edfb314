using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>Facts of a signal.</summary>
internal readonly struct FactsWire : ISharedWire<IReadOnlyList<DeviceFact>>
{
    public static SharedKind Kind => SharedKind.Facts;

    public static void Write(BatchWriter writer, IReadOnlyList<DeviceFact> value) => writer.Records<FactWire, DeviceFact>(value);

    /// <summary>Facts of kinds that this version does not know are left out: it could not store them.</summary>
    public static IReadOnlyList<DeviceFact> Read(ref BatchReader reader) =>
        Known.Only(ref reader, reader.Records<FactWire, DeviceFact>(), static fact => Known.Facts[(int)fact.Kind]);
}

/// <summary>One fact.</summary>
internal readonly struct FactWire : IWire<DeviceFact>
{
    public static void Write(BatchWriter writer, DeviceFact value)
    {
        writer.Byte((byte)value.Kind);
        writer.Text(value.Value);
    }

    public static DeviceFact Read(ref BatchReader reader) => new((FactKind)reader.Byte(), reader.Text());
}

/// <summary>Host names of a signal.</summary>
internal readonly struct HostNamesWire : ISharedWire<IReadOnlyList<GivenName>>
{
    public static SharedKind Kind => SharedKind.HostNames;

    public static void Write(BatchWriter writer, IReadOnlyList<GivenName> value) => writer.Records<HostNameWire, GivenName>(value);

    /// <summary>Names from where this version knows none are left out, as with facts.</summary>
    public static IReadOnlyList<GivenName> Read(ref BatchReader reader) =>
        Known.Only(ref reader, reader.Records<HostNameWire, GivenName>(), static name => Known.HostNames[(int)name.Source]);
}

/// <summary>One host name.</summary>
internal readonly struct HostNameWire : IWire<GivenName>
{
    public static void Write(BatchWriter writer, GivenName value)
    {
        writer.Text(value.Name);
        writer.Byte((byte)value.Source);
    }

    public static GivenName Read(ref BatchReader reader) => new(reader.Text(), (HostNameSource)reader.Byte());
}

/// <summary>Watchlist entries that an observation hit.</summary>
internal readonly struct HitsWire : ISharedWire<IReadOnlyList<WatchlistEntry>>
{
    public static SharedKind Kind => SharedKind.Hits;

    public static void Write(BatchWriter writer, IReadOnlyList<WatchlistEntry> value) => writer.Records<HitWire, WatchlistEntry?>(value);

    /// <summary>Hits of types that this version does not know are left out: it cannot name them.</summary>
    public static IReadOnlyList<WatchlistEntry> Read(ref BatchReader reader) =>
        Known.Only(ref reader, reader.Records<HitWire, WatchlistEntry?>(), static hit => hit is not null)!;
}

/// <summary>One watchlist entry; its type goes by name.</summary>
internal readonly struct HitWire : IWire<WatchlistEntry?>
{
    /// <summary>Never of null, which stands for a type unknown to the reader.</summary>
    public static void Write(BatchWriter writer, WatchlistEntry? value)
    {
        writer.Text(value!.Type.Name);
        writer.Text(value.Value);
        writer.Text(value.Label);
    }

    public static WatchlistEntry? Read(ref BatchReader reader)
    {
        var isKnown = WatchlistType.TryParse(reader.Text(), out var type);
        var (value, label) = (reader.Text(), reader.Text());
        return isKnown ? new WatchlistEntry(type, value, label) : null;
    }
}

/// <summary>What of the lists that grow with each version this one knows.</summary>
internal static class Known
{
    /// <summary>By number, whether a kind of fact is known.</summary>
    public static readonly bool[] Facts = [.. Enumerable.Range(0, 256).Select(number => Enum.IsDefined((FactKind)number))];

    /// <summary>By number, whether a source of host names is known.</summary>
    public static readonly bool[] HostNames = [.. Enumerable.Range(0, 256).Select(number => Enum.IsDefined((HostNameSource)number))];

    /// <summary>The list without what is unknown, each of which counts as skipped.</summary>
    public static T[] Only<T>(ref BatchReader reader, T[] values, Predicate<T> isKnown)
    {
        if (Array.TrueForAll(values, isKnown)) return values;
        foreach (var value in values)
            if (!isKnown(value)) reader.Skip();
        return Array.FindAll(values, isKnown);
    }
}
