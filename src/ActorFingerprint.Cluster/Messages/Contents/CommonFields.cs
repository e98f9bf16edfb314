using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Cluster.Messages.Contents;

/// <summary>Times and frames of a batch lie close together: they are written as the distance from those of the first envelope.</summary>
internal readonly record struct BatchBase(long AtTicks, long Frame);

/// <summary>
/// The members that every observation has. What is mostly absent, or mostly equal to another one, is there only when a flag says so.
/// </summary>
internal readonly struct CommonFields
{
    [Flags]
    private enum Flag : byte
    {
        Partial = 1 << 0,
        LinkIsDevice = 1 << 1,
        Via = 1 << 2,
        OwnPosition = 1 << 3,
        Frames = 1 << 4,
        Hits = 1 << 5,
        Vlan = 1 << 6,
    }

    private CommonFields(in Origin origin, int index, MacAddress via, IReadOnlyList<long>? frames, IReadOnlyList<WatchlistEntry> hits) =>
        (Origin, Index, Via, Frames, Hits) = (origin, index, via, frames, hits);

    /// <summary>What an observation is made at.</summary>
    public Origin Origin { get; }

    private int Index { get; }

    private MacAddress Via { get; }

    private IReadOnlyList<long>? Frames { get; }

    private IReadOnlyList<WatchlistEntry> Hits { get; }

    /// <summary>Writes them; <paramref name="frame"/> and <paramref name="index"/> are the envelope's.</summary>
    public static void Write(BatchWriter writer, Observation value, in BatchBase start, long frame, int index)
    {
        var isLinkDevice = !value.Device.IsNone && value.LinkAddress == value.Device.Mac;
        var isElsewhere = value.Frame != frame || value.Index != index;
        writer.Byte((byte)(
            (value.IsPartial ? Flag.Partial : 0)
            | (isLinkDevice ? Flag.LinkIsDevice : 0)
            | (value.Via != MacAddress.None ? Flag.Via : 0)
            | (isElsewhere ? Flag.OwnPosition : 0)
            | (value.Frames is not null ? Flag.Frames : 0)
            | (value.Hits.Count > 0 ? Flag.Hits : 0)
            | (value.Vlan != 0 ? Flag.Vlan : 0)));
        writer.Device(value.Device);
        writer.Number(value.AtTicks - start.AtTicks);
        writer.Number(value.WireLength);
        writer.Address(value.Source);
        writer.Address(value.Destination);
        writer.Number(value.SourcePort);
        writer.Number(value.DestinationPort);
        if (!isLinkDevice) writer.Mac(value.LinkAddress);
        if (value.Via != MacAddress.None) writer.Mac(value.Via);
        if (isElsewhere)
        {
            writer.Number(value.Frame - start.Frame);
            writer.Number(value.Index);
        }
        if (value.Frames is { } frames) WriteFrames(writer, frames, start.Frame);
        if (value.Hits.Count > 0) writer.Shared<HitsWire, IReadOnlyList<WatchlistEntry>>(value.Hits);
        if (value.Vlan != 0) writer.Number(value.Vlan);
    }

    /// <summary>Reads them.</summary>
    public static CommonFields Read(ref BatchReader reader, in BatchBase start, long frame, int index)
    {
        var flags = (Flag)reader.Byte();
        var device = reader.Device();
        var atTicks = start.AtTicks + reader.Int64();
        var wireLength = reader.Int32();
        var (source, destination) = (reader.Address(), reader.Address());
        var (sourcePort, destinationPort) = (reader.Int32(), reader.Int32());
        var link = flags.HasFlag(Flag.LinkIsDevice) ? device.Mac : reader.Mac();
        var via = flags.HasFlag(Flag.Via) ? reader.Mac() : default;
        if (flags.HasFlag(Flag.OwnPosition)) (frame, index) = (start.Frame + reader.Int64(), reader.Int32());
        var frames = flags.HasFlag(Flag.Frames) ? ReadFrames(ref reader, start.Frame) : null;
        var hits = flags.HasFlag(Flag.Hits) ? reader.Shared<IReadOnlyList<WatchlistEntry>>() : [];
        var vlan = flags.HasFlag(Flag.Vlan) ? reader.Int32() : 0;
        var origin = new Origin
        {
            Device = device,
            AtTicks = atTicks,
            Frame = frame,
            WireLength = wireLength,
            LinkAddress = link,
            Vlan = vlan,
            Source = source,
            Destination = destination,
            SourcePort = sourcePort,
            DestinationPort = destinationPort,
            IsTruncated = flags.HasFlag(Flag.Partial),
        };
        return new CommonFields(origin, index, via, frames, hits);
    }

    /// <summary>Sets what is set after an observation is made.</summary>
    public T Complete<T>(T value) where T : Observation
    {
        value.Index = Index;
        value.Frames = Frames;
        value.Hits = Hits;
        if (Via != MacAddress.None) value.AttributeTo(value.Device, Via);
        return value;
    }

    private static void WriteFrames(BatchWriter writer, IReadOnlyList<long> frames, long start)
    {
        writer.Count(frames.Count);
        for (var i = 0; i < frames.Count; start = frames[i++]) writer.Number(frames[i] - start);
    }

    private static long[] ReadFrames(ref BatchReader reader, long start)
    {
        var frames = new long[reader.Count(1)];
        for (var i = 0; i < frames.Length && reader.Fault is null; i++) start = frames[i] = start + reader.Int64();
        return frames;
    }
}

/// <summary>The members that every signal has.</summary>
internal readonly record struct SignalFields(IReadOnlyList<DeviceFact> Facts, IReadOnlyList<GivenName> HostNames, NetworkAddress OwnAddress)
{
    private static readonly DeviceFact[] NoFacts = [];
    private static readonly GivenName[] NoNames = [];

    /// <summary>Writes them; no facts and no names are nothing.</summary>
    public static void Write(BatchWriter writer, SignalObservation value)
    {
        writer.Shared<FactsWire, IReadOnlyList<DeviceFact>>(value.Facts.Count == 0 ? null : value.Facts);
        writer.Shared<HostNamesWire, IReadOnlyList<GivenName>>(value.HostNames.Count == 0 ? null : value.HostNames);
        writer.Address(value.OwnAddress);
    }

    /// <summary>Reads them.</summary>
    public static SignalFields Read(ref BatchReader reader) => new(
        reader.Optional<IReadOnlyList<DeviceFact>>() ?? NoFacts, reader.Optional<IReadOnlyList<GivenName>>() ?? NoNames, reader.Address());
}
