namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// Keys of the newest connections: a hello of several packets and its answer derive each key once. A fixed number of slots; a miss
/// costs a derivation and changes no result.
/// </summary>
internal sealed class InitialKeyCache
{
    private const int Slots = 64;

    private Slot[]? _slots;

    /// <summary>Keys of the client's packets.</summary>
    public ref readonly InitialKeys Client(QuicVersion version, ReadOnlySpan<byte> connectionId)
    {
        ref var slot = ref Find(version, connectionId);
        if (!slot.HasClient) (slot.Client, slot.HasClient) = (slot.Secret.ClientKeys, true);
        return ref slot.Client;
    }

    /// <summary>Keys of the server's packets.</summary>
    public ref readonly InitialKeys Server(QuicVersion version, ReadOnlySpan<byte> connectionId)
    {
        ref var slot = ref Find(version, connectionId);
        if (!slot.HasServer) (slot.Server, slot.HasServer) = (slot.Secret.ServerKeys, true);
        return ref slot.Server;
    }

    private ref Slot Find(QuicVersion version, ReadOnlySpan<byte> connectionId)
    {
        _slots ??= new Slot[Slots];
        ref var slot = ref _slots[(int)ContentHash.Of(connectionId) & (Slots - 1)];
        if (slot.Version == version && slot.Id.Bytes.SequenceEqual(connectionId)) return ref slot;
        slot = new Slot { Version = version, Id = new ConnectionId(connectionId), Secret = new InitialSecret(version, connectionId) };
        return ref slot;
    }

    private struct Slot
    {
        public QuicVersion? Version;
        public ConnectionId Id;
        public InitialSecret Secret;
        public InitialKeys Client;
        public InitialKeys Server;
        public bool HasClient;
        public bool HasServer;
    }
}
