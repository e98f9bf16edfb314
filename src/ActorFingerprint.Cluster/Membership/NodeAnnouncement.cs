using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Engine.Membership;

namespace ActorFingerprint.Cluster.Membership;

/// <summary>A shard as its owner announces it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Shard">Its number.</param>
/// <param name="Epoch">The epoch that the owner holds.</param>
/// <param name="Entities">Entities in memory.</param>
public sealed record AnnouncedShard(string Region, int Shard, long Epoch, int Entities);

/// <summary>A shard that its owner is about to hand to a certain node: others in the line step back.</summary>
/// <param name="Region">The region.</param>
/// <param name="Shard">Its number.</param>
/// <param name="To">Address of the node that is to own it.</param>
public sealed record AnnouncedMove(string Region, int Shard, string To);

/// <summary>What is asked of a member.</summary>
/// <param name="Operation"><c>leave</c>, <c>down</c> or <c>rebalance</c>.</param>
/// <param name="Node">Address of the member that it concerns; empty for all.</param>
public sealed record AnnouncedRequest(string Operation, string Node);

/// <summary>
/// What a node tells all others about itself, once a second and whenever it changes (docs/cluster.md): UTF-8 JSON on a fanout exchange. Members
/// that are not understood are left out, so that later versions may add some.
/// </summary>
public sealed record NodeAnnouncement
{
    /// <summary>Media type of the message.</summary>
    public const string ContentType = "application/vnd.actorfp.node;version=1";

    /// <summary>Address of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Tells this start of it from others.</summary>
    public required long Uid { get; init; }

    /// <summary>Where it stands.</summary>
    public required MemberStatus Status { get; init; }

    /// <summary>What it does.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>When it started, Unix milliseconds by its own clock.</summary>
    public required long SinceMs { get; init; }

    /// <summary>Rises with every announcement of this start.</summary>
    public required long Number { get; init; }

    /// <summary>Where it can be asked, as a URI; empty when it cannot.</summary>
    public string Asks { get; init; } = "";

    /// <summary>The shards that it owns.</summary>
    public IReadOnlyList<AnnouncedShard> Shards { get; init; } = [];

    /// <summary>Shards that it is about to hand over.</summary>
    public IReadOnlyList<AnnouncedMove> Moves { get; init; } = [];

    /// <summary>Addresses of members that it does not hear.</summary>
    public IReadOnlyList<string> Unreachable { get; init; } = [];

    /// <summary>It keeps the read side up.</summary>
    public bool RunsProjections { get; init; }

    /// <summary>How far the read side is behind; null of a node that does not keep it up.</summary>
    public ProjectionLag? Lag { get; init; }

    /// <summary>A request that goes out with it, or null.</summary>
    public AnnouncedRequest? Request { get; init; }

    /// <summary>The message.</summary>
    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, AnnouncementJson.Default.NodeAnnouncement);

    /// <summary>Reads a message; null when it is none.</summary>
    public static NodeAnnouncement? Decode(ReadOnlySpan<byte> message)
    {
        try
        {
            return JsonSerializer.Deserialize(message, AnnouncementJson.Default.NodeAnnouncement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(NodeAnnouncement))]
internal sealed partial class AnnouncementJson : JsonSerializerContext;
