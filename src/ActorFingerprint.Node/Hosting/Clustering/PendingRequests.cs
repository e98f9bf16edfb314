using ActorFingerprint.Cluster.Membership;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// Requests to all members, one after the other. One goes with an announcement, and again with a later one, until this node has heard its own
/// announcement with it: then the broker has given it to everybody. Any thread.
/// </summary>
internal sealed class PendingRequests(TimeProvider time)
{
    /// <summary>How long an announcement is waited for before its request goes out again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Queue<AnnouncedRequest> _requests = [];
    private long _firstIn = long.MaxValue;
    private long _saidAt;

    /// <summary>Adds a request at the end.</summary>
    public void Add(AnnouncedRequest request)
    {
        lock (_gate) _requests.Enqueue(request);
    }

    /// <summary>What goes with the announcement of this number; null for nothing.</summary>
    public AnnouncedRequest? Next(long announcement)
    {
        lock (_gate)
        {
            if (!_requests.TryPeek(out var request)) return null;
            if (_firstIn != long.MaxValue && time.GetElapsedTime(_saidAt) < Patience) return null;
            (_firstIn, _saidAt) = (Math.Min(_firstIn, announcement), time.GetTimestamp());
            return request;
        }
    }

    /// <summary>An announcement of this node with a request has come back. True when another request waits.</summary>
    public bool Heard(long announcement)
    {
        lock (_gate)
        {
            if (announcement < _firstIn) return false; // one that was said twice
            _firstIn = long.MaxValue;
            _requests.Dequeue();
            return _requests.Count > 0;
        }
    }
}
