using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>
/// What a node tells all others about itself, every second and at each change. Readers pass over members that they do not know, so that nodes of
/// neighbouring versions understand each other.
/// </summary>
public sealed record NodeAnnouncement
{
    /// <summary>Longest announcement that is read, in bytes.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Address of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Tells one start of the node from the next.</summary>
    public required long Uid { get; init; }

    /// <summary>Rises with every announcement of one start: what comes late is passed over.</summary>
    public required long Sequence { get; init; }

    /// <summary>Where the node stands.</summary>
    public required MemberStatus Status { get; init; }

    /// <summary>What it does (<see cref="NodeRoles"/>).</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>When it started, by its own clock.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Where it takes asks of other nodes; null when it owns nothing.</summary>
    public Uri? AskAddress { get; init; }

    /// <summary>Shards that it owns.</summary>
    public IReadOnlyList<AnnouncedShard> Shards { get; init; } = [];

    /// <summary>Things that it alone does.</summary>
    public IReadOnlyList<string> Singletons { get; init; } = [];

    /// <summary>Addresses of members that it does not hear.</summary>
    public IReadOnlyList<string> Unreachable { get; init; } = [];

    /// <summary>Members that an operator declared gone.</summary>
    public IReadOnlyList<DownedNode> Down { get; init; } = [];

    /// <summary>Shards that it is about to hand over: all but the named node step behind it in the shard's line.</summary>
    public IReadOnlyList<PlannedHandOver> HandOvers { get; init; } = [];

    /// <summary>As UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, AnnouncementJson.Default.NodeAnnouncement);

    /// <summary>Reads one; null when it cannot be read. Never throws.</summary>
    public static NodeAnnouncement? Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxLength) return null;
        try
        {
            var read = JsonSerializer.Deserialize(json, AnnouncementJson.Default.NodeAnnouncement);
            return read is not null && NodeAddress.TryParse(read.Node, out _) ? read : null;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>A shard and its owner's epoch.</summary>
public sealed record AnnouncedShard(string Region, int Shard, long Epoch, int Entities);

/// <summary>One start of a node, declared gone.</summary>
public sealed record DownedNode(string Node, long Uid);

/// <summary>A shard that is to go to a certain node.</summary>
public sealed record PlannedHandOver(string Region, int Shard, string To);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeAnnouncement))]
internal sealed partial class AnnouncementJson : JsonSerializerContext;
