using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Actors;

namespace ActorFingerprint.Engine.Sharding;

/// <summary>
/// Asks between device regions as UTF-8 JSON: device, command and time in the names of the interfaces; states and events in their stored shapes
/// (<see cref="DeviceJson"/>), which every later release reads.
/// </summary>
public static class DeviceAskCodec
{
    private const string Get = "get", Label = "label", Retain = "retain", Erase = "erase", Reload = "reload";

    /// <summary>The kind and the request to send.</summary>
    /// <exception cref="ArgumentException">A command that is decided where its observations are, and never asked for.</exception>
    public static (string Kind, byte[] Request) Encode(DeviceAsk ask) => ask switch
    {
        DeviceAsk.Get get => (Get, Json(new() { Device = get.Device })),
        DeviceAsk.Tell { Command: DeviceCommand.SetLabel command } tell =>
            (Label, Json(new() { Device = tell.Device, At = command.AtTicks, Label = command.Label })),
        DeviceAsk.Tell { Command: DeviceCommand.ApplyRetention command } tell =>
            (Retain, Json(new() { Device = tell.Device, At = command.AtTicks, Before = command.BeforeTicks })),
        DeviceAsk.Tell { Command: DeviceCommand.Erase command } tell => (Erase, Json(new() { Device = tell.Device, At = command.AtTicks })),
        DeviceAsk.Reload reload => (Reload, Json(new() { Ids = reload.PersistenceIds })),
        _ => throw new ArgumentException($"{ask} is not asked from node to node", nameof(ask)),
    };

    /// <summary>The ask behind a request.</summary>
    /// <exception cref="FormatException">Unknown kind, or a request that does not fit it.</exception>
    public static DeviceAsk Decode(string kind, ReadOnlySpan<byte> request)
    {
        var body = Read(request, DeviceAskJson.Default.DeviceAskBody);
        return kind switch
        {
            Get => new DeviceAsk.Get(DeviceOf(body)),
            Label => new DeviceAsk.Tell(DeviceOf(body), new DeviceCommand.SetLabel(body.At, body.Label)),
            Retain => new DeviceAsk.Tell(DeviceOf(body), new DeviceCommand.ApplyRetention(body.At, body.Before, DeviceCounters.Empty)),
            Erase => new DeviceAsk.Tell(DeviceOf(body), new DeviceCommand.Erase(body.At)),
            Reload => new DeviceAsk.Reload(body.Ids ?? throw new FormatException("a reload names no devices")),
            _ => throw new FormatException($"a device region knows no ask '{kind}'"),
        };
    }

    /// <summary>The answer to a command.</summary>
    public static byte[] Encode(DeviceReply reply) => JsonSerializer.SerializeToUtf8Bytes(
        new(reply.Found, [.. reply.Events.Select(EventOf)], reply.Mentioned, reply.OldBytesAreGone, reply.Refusal, reply.Untold), DeviceAskJson.Default.DeviceReplyBody);

    /// <summary>Reads what <see cref="Encode(DeviceReply)"/> wrote.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static DeviceReply DecodeReply(ReadOnlySpan<byte> answer)
    {
        var body = Read(answer, DeviceAskJson.Default.DeviceReplyBody);
        return new DeviceReply(body.Found, [.. body.Events.Select(EventOf)], body.Refusal)
        {
            Mentioned = body.Mentioned,
            OldBytesAreGone = body.OldBytesAreGone,
            Untold = body.Untold,
        };
    }

    /// <summary>The answer to a read; empty for a device that is not known.</summary>
    public static byte[] Encode(DeviceView? view) => view is null
        ? []
        : JsonSerializer.SerializeToUtf8Bytes(
            new(view.PersistenceId, view.SequenceNumber, Element(DeviceEventCodec.Encode(new DeviceSnapshot(view.State, view.Counters, 0)).Payload)),
            DeviceAskJson.Default.DeviceViewBody);

    /// <summary>Reads what <see cref="Encode(DeviceView?)"/> wrote.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static DeviceView? DecodeView(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty) return null;
        var body = Read(answer, DeviceAskJson.Default.DeviceViewBody);
        try
        {
            var snapshot = DeviceEventCodec.DecodeSnapshot(DeviceManifests.Snapshot, Bytes(body.Snapshot))!;
            return new(body.PersistenceId, snapshot.State, snapshot.Counters, body.SequenceNumber);
        }
        catch (StoredEventException error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    private static DeviceKey DeviceOf(DeviceAskBody body) =>
        body.Device is { IsNone: false } device ? device : throw new FormatException("an ask names no device");

    private static DeviceEventBody EventOf(DeviceEvent @event)
    {
        var (manifest, payload) = DeviceEventCodec.Encode(@event);
        return new(manifest, Element(payload));
    }

    private static DeviceEvent EventOf(DeviceEventBody body)
    {
        try
        {
            return DeviceEventCodec.Default.Decode(body.Manifest, Bytes(body.Event)) ?? throw new FormatException("an erased event is no answer");
        }
        catch (StoredEventException error)
        {
            throw new FormatException(error.Message, error);
        }
    }

    private static JsonElement Element(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static byte[] Bytes(JsonElement json) => JsonSerializer.SerializeToUtf8Bytes(json, DeviceAskJson.Default.JsonElement);

    private static byte[] Json(DeviceAskBody body) => JsonSerializer.SerializeToUtf8Bytes(body, DeviceAskJson.Default.DeviceAskBody);

    private static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new FormatException("null is no ask of a device region");
        }
        catch (JsonException error)
        {
            throw new FormatException($"not an ask of a device region: {error.Message}", error);
        }
    }
}

/// <summary>What an ask says; which members, depends on its kind.</summary>
internal sealed record DeviceAskBody
{
    public DeviceKey? Device { get; init; }

    public long At { get; init; }

    public long Before { get; init; }

    public string? Label { get; init; }

    public IReadOnlyList<string>? Ids { get; init; }
}

/// <summary>A <see cref="DeviceReply"/>.</summary>
internal sealed record DeviceReplyBody(
    bool Found, IReadOnlyList<DeviceEventBody> Events, IReadOnlyList<string> Mentioned, bool OldBytesAreGone, string? Refusal = null,
    int Untold = 0);

/// <summary>An event in its stored shape.</summary>
internal sealed record DeviceEventBody(string Manifest, JsonElement Event);

/// <summary>A <see cref="DeviceView"/>, its state and counters in the shape of a snapshot.</summary>
internal sealed record DeviceViewBody(string PersistenceId, long SequenceNumber, JsonElement Snapshot);

/// <summary>The format of asks between device regions.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(DeviceKeyConverter)])]
[JsonSerializable(typeof(DeviceAskBody))]
[JsonSerializable(typeof(DeviceReplyBody))]
[JsonSerializable(typeof(DeviceViewBody))]
internal sealed partial class DeviceAskJson : JsonSerializerContext;
