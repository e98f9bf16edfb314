using System.Text;
using ActorFingerprint.Cluster.Messages.Contents;
using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Engine.Runs;
using ActorFingerprint.Engine.Sharding;

namespace ActorFingerprint.Cluster.Messages;

/// <summary>
/// Writes batches as messages (docs/batch-format.md). One thread at a time; its buffers grow to the largest batch and are used again.
/// </summary>
public sealed class BatchEncoder
{
    private readonly BatchWriter _writer;
    private readonly byte _minor;

    /// <summary>Writes this version of the format.</summary>
    public BatchEncoder() : this(new BatchWriter(), BatchFormat.Minor)
    {
    }

    internal BatchEncoder(BatchWriter writer, byte minor) => (_writer, _minor) = (writer, minor);

    /// <summary>The message of a batch.</summary>
    /// <param name="region">Region of the shard.</param>
    /// <param name="shards">Shards in the region.</param>
    /// <param name="batch">The batch.</param>
    /// <exception cref="ArgumentException">
    /// A name is longer than <see cref="BatchHeader.MaxName"/>, the message would be longer than <see cref="BatchFormat.MaxLength"/>, or an
    /// observation is of a type without a wire form.
    /// </exception>
    public byte[] Encode(string region, int shards, ShardBatch batch)
    {
        var header = new BatchHeader(region, shards, batch.Shard, batch.Run, batch.Number, batch.Envelopes.Count) { Minor = _minor };
        if (Encoding.UTF8.GetByteCount(region) > BatchHeader.MaxName || Encoding.UTF8.GetByteCount(batch.Run) > BatchHeader.MaxName)
            throw new ArgumentException($"region '{region}' or run '{batch.Run}' is longer than {BatchHeader.MaxName} bytes");

        _writer.Clear();
        WriteBatch(batch);
        var prologue = _writer.Written.Length;
        WriteEnvelopes(batch);
        return Join(header, prologue);
    }

    private static BatchBase BaseOf(ShardBatch batch)
    {
        if (batch.Envelopes.Count == 0) return default;
        var first = batch.Envelopes[0];
        return new BatchBase(first.Observation?.AtTicks ?? first.Router!.Command.AtTicks, first.Frame);
    }

    private void WriteBatch(ShardBatch batch)
    {
        var start = _writer.BeginRecord();
        var (atTicks, frame) = BaseOf(batch);
        _writer.Number(atTicks);
        _writer.Number(frame);
        _writer.PlainText(batch.RetryId);
        _writer.Boolean(batch.Report is not null);
        if (batch.Report is { } report)
        {
            var (manifest, payload) = RunEventCodec.Encode(report.Event);
            _writer.PlainText(report.Source);
            _writer.PlainText(manifest);
            _writer.PlainBytes(payload);
        }
        _writer.EndRecord(start);
    }

    private void WriteEnvelopes(ShardBatch batch)
    {
        var from = BaseOf(batch);
        for (var i = 0; i < batch.Envelopes.Count; i++)
        {
            var envelope = batch.Envelopes[i];
            var start = _writer.BeginRecord();
            EnvelopeWire.Write(_writer, envelope, from);
            _writer.EndRecord(start);
        }
    }

    /// <summary>Header, what is said of the batch, contents, envelopes.</summary>
    private byte[] Join(BatchHeader header, int prologue)
    {
        var count = new WireWriter();
        count.Varint((ulong)_writer.Table.Count);
        var body = _writer.Written;
        var table = _writer.Table.Written;
        var headerLength = header.Measure();
        var length = headerLength + body.Length + count.Length + table.Length;
        if (length > BatchFormat.MaxLength)
            throw new ArgumentException(
                $"a batch of {length} bytes is more than a message may have ({BatchFormat.MaxLength}): make batches smaller");
        var message = new byte[length];
        header.Write(message);
        var rest = message.AsSpan(headerLength);
        body[..prologue].CopyTo(rest);
        count.Written.CopyTo(rest[prologue..]);
        table.CopyTo(rest[(prologue + count.Length)..]);
        body[prologue..].CopyTo(rest[(prologue + count.Length + table.Length)..]);
        BatchHeader.Seal(message);
        return message;
    }
}
