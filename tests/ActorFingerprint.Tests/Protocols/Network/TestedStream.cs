using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Network;

namespace ActorFingerprint.Tests.Protocols.Network;

/// <summary>Feeds frames one by one to an interest test and keeps the last answer.</summary>
internal sealed class TestedStream(InterestOptions options)
{
    private PacketHeader _header;
    private byte[] _frame = [];
    private long _next;

    public InterestTest Target { get; } = new(options);

    public WalkCounters Counters => Target.Counters;

    public PacketHeader Header => _header;

    public byte[] Payload { get; private set; } = [];

    /// <summary>Number of the first frame.</summary>
    public long FirstFrame { get; init; } = 1;

    public Interest Test(byte[] frame, long atTicks = 0, LinkType link = LinkType.Ethernet, int? wireLength = null)
    {
        _frame = frame;
        var interest = Target.Test(link, frame, wireLength ?? frame.Length, FirstFrame + _next++, atTicks, ref _header, out var payload);
        Payload = payload.ToArray();
        return interest;
    }

    public Interest TestNext()
    {
        var interest = Target.TestNext(_frame, ref _header, out var payload);
        Payload = payload.ToArray();
        return interest;
    }
}
