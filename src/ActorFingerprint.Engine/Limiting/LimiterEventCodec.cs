using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Limits.Entities;

namespace ActorFingerprint.Engine.Limiting;

/// <summary>Events and snapshots of limiter entities to and from their stored form (<see cref="LimiterJson"/>).</summary>
public static class LimiterEventCodec
{
    private const string CarriedOver = "limiter.carried-over.v1";

    /// <summary>The manifest and payload to store.</summary>
    public static (string Manifest, byte[] Payload) Encode(LimiterEvent @event) => @event switch
    {
        LimiterEvent.Scored e => ("limiter.scored.v1", Json(e, LimiterJson.Default.Scored)),
        LimiterEvent.Blocked e => ("limiter.blocked.v1", Json(e, LimiterJson.Default.Blocked)),
        LimiterEvent.HardCycled e => ("limiter.hard-cycled.v1", Json(e, LimiterJson.Default.HardCycled)),
        LimiterEvent.DecayPaused e => ("limiter.decay-paused.v1", Json(e, LimiterJson.Default.DecayPaused)),
        LimiterEvent.WatchCounted e => ("limiter.watch-counted.v1", Json(e, LimiterJson.Default.WatchCounted)),
        LimiterEvent.BudgetCounted e => ("limiter.budget-counted.v1", Json(e, LimiterJson.Default.BudgetCounted)),
        LimiterEvent.CooldownStarted e => ("limiter.cooldown-started.v1", Json(e, LimiterJson.Default.CooldownStarted)),
        LimiterEvent.AllowanceCounted e => ("limiter.allowance-counted.v1", Json(e, LimiterJson.Default.AllowanceCounted)),
        LimiterEvent.FingerprintMissed e => ("limiter.fingerprint-missed.v1", Json(e, LimiterJson.Default.FingerprintMissed)),
        LimiterEvent.FingerprintReturned e => ("limiter.fingerprint-returned.v1", Json(e, LimiterJson.Default.FingerprintReturned)),
        LimiterEvent.SoftFailureEnded e => ("limiter.soft-failure-ended.v1", Json(e, LimiterJson.Default.SoftFailureEnded)),
        LimiterEvent.OccurrenceCounted e => ("limiter.occurrence-counted.v1", Json(e, LimiterJson.Default.OccurrenceCounted)),
        LimiterEvent.FloodStaged e => ("limiter.flood-staged.v1", Json(e, LimiterJson.Default.FloodStaged)),
        LimiterEvent.DilutionMarked e => ("limiter.dilution-marked.v1", Json(e, LimiterJson.Default.DilutionMarked)),
        LimiterEvent.ThrottleCounted e => ("limiter.throttle-counted.v1", Json(e, LimiterJson.Default.ThrottleCounted)),
        LimiterEvent.Rekeyed e => ("limiter.rekeyed.v1", Json(e, LimiterJson.Default.Rekeyed)),
        LimiterEvent.Unblocked e => ("limiter.unblocked.v1", Json(e, LimiterJson.Default.Unblocked)),
        LimiterEvent.Reset e => ("limiter.reset.v1", Json(e, LimiterJson.Default.Reset)),
        LimiterEvent.CarriedOver e => (CarriedOver, EncodeFacts(e.At, e.Facts)),
        _ => throw new UnreachableException($"{@event.GetType()} is not a limiter event"),
    };

    /// <summary>The event behind a stored payload.</summary>
    /// <exception cref="JournalCorruptException">Unknown manifest, or a payload that does not fit it.</exception>
    public static LimiterEvent Decode(string manifest, ReadOnlySpan<byte> payload)
    {
        try
        {
            return manifest switch
            {
                "limiter.scored.v1" => Read(payload, LimiterJson.Default.Scored),
                "limiter.blocked.v1" => Read(payload, LimiterJson.Default.Blocked),
                "limiter.hard-cycled.v1" => Read(payload, LimiterJson.Default.HardCycled),
                "limiter.decay-paused.v1" => Read(payload, LimiterJson.Default.DecayPaused),
                "limiter.watch-counted.v1" => Read(payload, LimiterJson.Default.WatchCounted),
                "limiter.budget-counted.v1" => Read(payload, LimiterJson.Default.BudgetCounted),
                "limiter.cooldown-started.v1" => Read(payload, LimiterJson.Default.CooldownStarted),
                "limiter.allowance-counted.v1" => Read(payload, LimiterJson.Default.AllowanceCounted),
                "limiter.fingerprint-missed.v1" => Read(payload, LimiterJson.Default.FingerprintMissed),
                "limiter.fingerprint-returned.v1" => Read(payload, LimiterJson.Default.FingerprintReturned),
                "limiter.soft-failure-ended.v1" => Read(payload, LimiterJson.Default.SoftFailureEnded),
                "limiter.occurrence-counted.v1" => Read(payload, LimiterJson.Default.OccurrenceCounted),
                "limiter.flood-staged.v1" => Read(payload, LimiterJson.Default.FloodStaged),
                "limiter.dilution-marked.v1" => Read(payload, LimiterJson.Default.DilutionMarked),
                "limiter.throttle-counted.v1" => Read(payload, LimiterJson.Default.ThrottleCounted),
                "limiter.rekeyed.v1" => Read(payload, LimiterJson.Default.Rekeyed),
                "limiter.unblocked.v1" => Read(payload, LimiterJson.Default.Unblocked),
                "limiter.reset.v1" => Read(payload, LimiterJson.Default.Reset),
                CarriedOver => ReadCarriedOver(payload),
                _ => throw new JournalCorruptException(
                    $"unknown limiter manifest \"{manifest}\": the store was written by a newer version"),
            };
        }
        catch (JsonException error)
        {
            throw new JournalCorruptException($"the payload does not fit its manifest \"{manifest}\": {error.Message}");
        }
    }

    /// <summary>
    /// A row of the journal: one event as itself, several of one entity, committed together, as <see cref="LimiterManifests.Several"/>.
    /// </summary>
    public static (string Manifest, byte[] Payload) EncodeRow(IReadOnlyList<LimiterEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return events.Count == 1 ? Encode(events[0]) : (LimiterManifests.Several, EncodeFacts(events[^1].At, events));
    }

    /// <summary>The events of a row, in order.</summary>
    /// <exception cref="JournalCorruptException">Unknown manifest, or a payload that does not fit it.</exception>
    public static IReadOnlyList<LimiterEvent> DecodeRow(string manifest, ReadOnlySpan<byte> payload) =>
        manifest == LimiterManifests.Several ? DecodeFacts(manifest, payload).Facts : [Decode(manifest, payload)];

    /// <summary>A snapshot: the events that rebuild an entity.</summary>
    public static byte[] EncodeFacts(long at, IReadOnlyList<LimiterEvent> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var buffer = new ArrayBufferWriter<byte>(160 * (facts.Count + 1));
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber("at"u8, at);
        json.WriteStartArray("facts"u8);
        foreach (var fact in facts)
        {
            var (manifest, payload) = Encode(fact);
            json.WriteStartObject();
            json.WriteString("manifest"u8, manifest);
            json.WritePropertyName("event"u8);
            json.WriteRawValue(payload, skipInputValidation: true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The events of a snapshot, and when it was made.</summary>
    /// <exception cref="JournalCorruptException">The payload is no snapshot.</exception>
    public static LimiterEvent.CarriedOver DecodeSnapshot(ReadOnlySpan<byte> payload) => DecodeFacts(LimiterManifests.Snapshot, payload);

    private static LimiterEvent.CarriedOver DecodeFacts(string manifest, ReadOnlySpan<byte> payload)
    {
        try
        {
            return ReadCarriedOver(payload);
        }
        catch (JsonException error)
        {
            throw new JournalCorruptException($"the payload does not fit its manifest \"{manifest}\": {error.Message}");
        }
    }

    private static LimiterEvent.CarriedOver ReadCarriedOver(ReadOnlySpan<byte> payload)
    {
        var stored = Read(payload, LimiterJson.Default.StoredFacts);
        var facts = new LimiterEvent[stored.Facts.Count];
        for (var i = 0; i < facts.Length; i++)
        {
            var (manifest, json) = stored.Facts[i];
            facts[i] = Decode(manifest, JsonSerializer.SerializeToUtf8Bytes(json, LimiterJson.Default.JsonElement));
        }
        return new(stored.At, facts);
    }

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static T Read<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> type) where T : class =>
        JsonSerializer.Deserialize(payload, type) ?? throw new JsonException("null is none");
}
