using System.Diagnostics.CodeAnalysis;
using ActorFingerprint.Cluster.Messages.Contents;
using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Messages;

/// <summary>A batch and the header that it came under.</summary>
/// <param name="Header">The header.</param>
/// <param name="Batch">The batch.</param>
/// <param name="Skipped">
/// Observations, facts, names and hits left out because only a later version of the format knows them: engines are upgraded before
/// sensors, so
/// that this stays 0.
/// </param>
public sealed record DecodedBatch(BatchHeader Header, ShardBatch Batch, int Skipped);

/// <summary>
/// Reads batch messages, whatever bytes they are. One thread at a time; the contents kept from batch to batch may be shared by all
/// decoders of
/// a process.
/// </summary>
public sealed class BatchDecoder(DecodedContents? contents = null)
{
    /// <summary>Fewest bytes of an entry of the content table: its length and its kind.</summary>
    private const int SmallestContent = 2;

    private readonly DecodedContents _kept = contents ?? new DecodedContents();
    private object?[] _contents = new object?[256];

    /// <summary>Reads a message. False with the reason when it is no batch that this version can read; never throws.</summary>
    public bool TryDecode(ReadOnlySpan<byte> message, [NotNullWhen(true)] out DecodedBatch? batch, out string reason)
    {
        batch = null;
        if (!BatchHeader.TryRead(message, out var header, out reason)) return false;
        var payload = message[header.Length..];
        var reader = new BatchReader(payload);
        var (from, retryId, report) = ReadBatch(ref reader);
        var count = reader.Count(SmallestContent);
        if (_contents.Length < count) _contents = new object?[Math.Max(count, _contents.Length * 2)];
        reader.Contents = _contents;
        ReadContents(ref reader, header, count);
        var envelopes = ReadEnvelopes(ref reader, header, from);
        _contents.AsSpan(0, count).Clear();
        if (reader.HasMore && header.Minor <= BatchFormat.Minor) reader.Fail($"{reader.Left} bytes behind the last envelope");
        if (reader.Fault is { } fault)
        {
            reason = $"batch {header.Number} of run {header.Run} for shard {header.Shard}: {fault}";
            return false;
        }
        var read = new ShardBatch(header.Run, header.Number, header.Shard, envelopes) { Report = report, RetryId = retryId };
        batch = new DecodedBatch(header, read, reader.Skipped);
        return true;
    }

    private static (BatchBase From, string? RetryId, RunReport? Report) ReadBatch(ref BatchReader reader)
    {
        var outer = reader.BeginRecord();
        var from = new BatchBase(reader.Int64(), reader.Int64());
        var retryId = reader.PlainText();
        var report = reader.Boolean() ? ReadReport(ref reader) : null;
        reader.EndRecord(outer);
        return (from, retryId, report);
    }

    /// <summary>An event of a manifest that this version does not know cannot be stored: the batch is refused.</summary>
    private static RunReport? ReadReport(ref BatchReader reader)
    {
        var (source, manifest) = (reader.PlainText(), reader.PlainText());
        if (!reader.PlainBytes(out var payload) || source is null || manifest is null)
            reader.Fail("a report without source, manifest or payload");
        if (reader.Fault is not null) return null;
        try
        {
            if (RunEventCodec.Decode(manifest!, payload) is { } @event) return new RunReport(source!, @event);
            reader.Fail("a report of an erased event");
        }
        catch (StoredEventException error)
        {
            reader.Fail($"a report that cannot be read: {error.Message}");
        }
        return null;
    }

    private void ReadContents(ref BatchReader reader, BatchHeader header, int count)
    {
        for (; reader.Known < count && reader.Fault is null; reader.Known++)
        {
            var outer = reader.BeginRecord();
            _contents[reader.Known] = ContentReader.Read(ref reader, _kept, header);
            reader.EndRecord(outer);
        }
    }

    private static List<ShardEnvelope> ReadEnvelopes(ref BatchReader reader, BatchHeader header, in BatchBase from)
    {
        if (header.Envelopes > reader.Left) reader.Fail($"{header.Envelopes} envelopes in {reader.Left} bytes");
        if (reader.Fault is not null) return [];
        var envelopes = new List<ShardEnvelope>(header.Envelopes);
        for (var i = 0; i < header.Envelopes && reader.Fault is null; i++)
        {
            var outer = reader.BeginRecord();
            if (EnvelopeWire.TryRead(ref reader, from, out var envelope)) envelopes.Add(envelope);
            reader.EndRecord(outer);
        }
        return envelopes;
    }
}
