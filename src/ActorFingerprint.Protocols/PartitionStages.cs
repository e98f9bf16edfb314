namespace ActorFingerprint.Protocols;

/// <summary>
/// The stages of one partition. A stage is made when the first packet for it comes: most partitions of most captures hold few of the
/// protocols. Used by one thread at a time.
/// </summary>
public sealed class PartitionStages
{
    private readonly ProtocolOptions _options;
    private readonly IProtocolStage[]?[] _byInterest = new IProtocolStage[]?[Enum.GetValues<Interest>().Length];
    private readonly List<IProtocolStage> _all = [];

    /// <summary>No stage yet.</summary>
    public PartitionStages(ProtocolOptions options) => _options = options;

    /// <summary>Gives a packet to the stages that want it (<see cref="PacketHeader.Interest"/>).</summary>
    public void Parse(in PacketHeader packet, ReadOnlySpan<byte> payload, IObservationSink sink)
    {
        var stages = _byInterest[(int)packet.Interest] ??= Create(packet.Interest);
        foreach (var stage in stages) stage.Parse(in packet, payload, sink);
    }

    /// <summary>
    /// Stream time has reached <paramref name="atTicks"/>. Returns the first frame of the oldest flow whose state is still open in any stage, or
    /// <see cref="long.MaxValue"/>.
    /// </summary>
    public long Advance(long atTicks)
    {
        var oldest = long.MaxValue;
        foreach (var stage in _all)
        {
            stage.Advance(atTicks);
            oldest = Math.Min(oldest, stage.OldestOpenFrame);
        }
        return oldest;
    }

    private IProtocolStage[] Create(Interest interest)
    {
        IProtocolStage[] stages =
            [.. ProtocolCatalog.Entries.Where(entry => entry.Accepts == interest && (entry.Protocols & _options.Protocols) != 0)
                .Select(entry => entry.Create(_options))];
        _all.AddRange(stages);
        return stages;
    }
}
