using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Tools.ScaleSimulator;

/// <summary>
/// What the work costs, from measurements: <c>costs.json</c> says where each number comes from. Micros are microseconds of one core of the
/// machine that was measured; bytes are bytes on disk or wire.
/// </summary>
internal sealed record Costs
{
    /// <summary>Reading and parsing until an observation is ready to be told, with all frames that lead to none.</summary>
    public required double ReadMicros { get; init; }

    /// <summary>What an observation costs each part of a cluster.</summary>
    public required PartCosts Observation { get; init; }

    /// <summary>What a message of observations costs besides.</summary>
    public required PartCosts Batch { get; init; }

    /// <summary>What an event costs besides: rows, read side, identification.</summary>
    public required PartCosts Event { get; init; }

    /// <summary>What a transaction costs besides.</summary>
    public required PartCosts Commit { get; init; }

    /// <summary>One node that does everything.</summary>
    public required EmbeddedCosts Embedded { get; init; }

    /// <summary>Observations in a message when there is more to send than fits into one.</summary>
    public required double BatchSize { get; init; }

    /// <summary>Seconds after which a sensor sends a message that is not full.</summary>
    public required double BatchSeconds { get; init; }

    /// <summary>Time until the disk has what was flushed.</summary>
    public required double FlushMicros { get; init; }

    /// <summary>Bytes.</summary>
    public required ByteCosts Bytes { get; init; }

    /// <summary>What a device does in a day, and what it takes.</summary>
    public required DeviceCosts Device { get; init; }

    /// <summary>What one decision of the limiter costs.</summary>
    public required DecisionCosts Decision { get; init; }

    /// <summary>What one machine or server can do at most, and how full an operator should let it become.</summary>
    public required Limits Limits { get; init; }

    /// <summary>The costs built into the program.</summary>
    public static Costs Load()
    {
        using var stream = typeof(Costs).Assembly.GetManifestResourceStream("costs.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Reads costs. Throws <see cref="JsonException"/> on an unknown or missing name, <see cref="InvalidDataException"/> on a value below zero.</summary>
    public static Costs Parse(string json)
    {
        var costs = JsonSerializer.Deserialize(json, CostsJson.Default.Costs) ?? throw new JsonException("no costs");
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        Check(document.RootElement, "");
        return costs;
    }

    private static void Check(JsonElement element, string path)
    {
        foreach (var member in element.EnumerateObject())
        {
            var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (member.Value.ValueKind == JsonValueKind.Object) Check(member.Value, name);
            else if (member.Value.GetDouble() < 0) throw new InvalidDataException($"costs.json: {name} is below zero");
        }
    }
}

/// <summary>Microseconds of CPU in each part.</summary>
internal sealed record PartCosts
{
    /// <summary>Node that reads: encoding, spool, publishing.</summary>
    public required double Sensor { get; init; }

    /// <summary>Broker, all copies of a queue together.</summary>
    public required double Broker { get; init; }

    /// <summary>Node that owns the shard: decoding, deciding, rows.</summary>
    public required double Engine { get; init; }

    /// <summary>Database, for the journal.</summary>
    public required double Database { get; init; }

    /// <summary>Node that keeps the read side.</summary>
    public required double Reader { get; init; }

    /// <summary>Database, for the read side.</summary>
    public required double ReaderDatabase { get; init; }
}

/// <summary>The embedded node with SQLite, in microseconds.</summary>
internal sealed record EmbeddedCosts
{
    /// <summary>For an observation, after reading.</summary>
    public required double Observation { get; init; }

    /// <summary>For an event, read side included.</summary>
    public required double Event { get; init; }
}

/// <summary>Bytes of things.</summary>
internal sealed record ByteCosts
{
    /// <summary>An observation within its message.</summary>
    public required double Observation { get; init; }

    /// <summary>Head of a message and its handling.</summary>
    public required double Batch { get; init; }

    /// <summary>Copies of a message on the broker's disks.</summary>
    public required double BrokerCopies { get; init; }

    /// <summary>An observation in the database's log: its share of shard rows and counters.</summary>
    public required double ObservationLog { get; init; }

    /// <summary>An observation in the journal: its share of shard rows.</summary>
    public required double ObservationDisk { get; init; }

    /// <summary>An event in the database's log, all its rows and pages of indexes together.</summary>
    public required double EventLog { get; init; }

    /// <summary>An event in the journal's tables and indexes, snapshots shared out.</summary>
    public required double EventDisk { get; init; }

    /// <summary>A device on the read side.</summary>
    public required double DeviceDisk { get; init; }
}

/// <summary>A typical device.</summary>
internal sealed record DeviceCosts
{
    /// <summary>Observations a day.</summary>
    public required double ObservationsPerDay { get; init; }

    /// <summary>Events a day once it is known.</summary>
    public required double EventsPerDay { get; init; }

    /// <summary>Events of its first day.</summary>
    public required double FirstEvents { get; init; }

    /// <summary>Busiest second against the mean.</summary>
    public required double Peak { get; init; }

    /// <summary>Share of devices whose actors are in memory at the busiest time.</summary>
    public required double ActiveShare { get; init; }

    /// <summary>Bytes of an actor in memory.</summary>
    public required double ActiveBytes { get; init; }
}

/// <summary>A decision of the limiter.</summary>
internal sealed record DecisionCosts
{
    /// <summary>Within the node that owns the keys.</summary>
    public required double Micros { get; init; }

    /// <summary>Over HTTP, with everything around it.</summary>
    public required double HttpMicros { get; init; }

    /// <summary>Asking another node for it.</summary>
    public required double AskMicros { get; init; }

    /// <summary>Bytes of a key in memory.</summary>
    public required double KeyBytes { get; init; }
}

/// <summary>Limits of one machine or server.</summary>
internal sealed record Limits
{
    /// <summary>Cores of a machine in a plan.</summary>
    public required double Cores { get; init; }

    /// <summary>Share of its cores that a plan uses at the busiest time.</summary>
    public required double Utilisation { get; init; }

    /// <summary>Memory for actors in one engine, bytes.</summary>
    public required double EngineMemory { get; init; }

    /// <summary>Bytes a second that the disk of a broker's node takes.</summary>
    public required double BrokerBytesPerSecond { get; init; }

    /// <summary>Bytes a second of log that one database takes, replicas and checkpoints included.</summary>
    public required double LogBytesPerSecond { get; init; }

    /// <summary>Bytes of one database that can still be saved, restored and vacuumed in a night.</summary>
    public required double DatabaseBytes { get; init; }

    /// <summary>Days that rows of the journal are kept where old ones are archived.</summary>
    public required double KeptDays { get; init; }

    /// <summary>Quorum queues that a node of the broker bears.</summary>
    public required double QueuesPerBroker { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, ReadCommentHandling = JsonCommentHandling.Skip,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Costs))]
internal sealed partial class CostsJson : JsonSerializerContext;
