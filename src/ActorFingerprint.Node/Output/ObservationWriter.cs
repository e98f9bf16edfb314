using System.Buffers;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Protocols;
using ActorFingerprint.Protocols.Eve;

namespace ActorFingerprint.Node.Output;

/// <summary>How observations are written.</summary>
public enum ObservationFormat
{
    /// <summary>One array.</summary>
    Json,
    /// <summary>One object of the observation contract a line.</summary>
    Jsonl,
    /// <summary>One EVE event a line.</summary>
    Eve,
}

/// <summary>Writes observations as lines, or as one array, through one reused buffer.</summary>
public sealed class ObservationWriter : IDisposable
{
    private const int FlushAt = 1 << 16;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt * 2);
    private readonly Utf8JsonWriter _json;
    private readonly Stream _output;
    private readonly ObservationFormat _format;
    private readonly bool _asArray;
    private bool _any;

    /// <summary>Writes to a stream that it does not own.</summary>
    public ObservationWriter(Stream output, ObservationFormat format)
    {
        (_output, _format, _asArray) = (output, format, format == ObservationFormat.Json);
        _json = new Utf8JsonWriter(
            _buffer, format == ObservationFormat.Eve ? EveJson.WriterOptions : new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Writes one, and with EVE an alert for each of its hits. Called by one thread at a time.</summary>
    public void Write(Observation observation, string pcap, long frame)
    {
        if (_asArray) _buffer.Write(_any ? ",\n"u8 : "[\n"u8);
        _any = true;
        if (_format == ObservationFormat.Eve) EveJson.Write(_json, observation, pcap, frame);
        else ObservationJson.Write(_json, observation, pcap, frame);
        End();
        if (_format != ObservationFormat.Eve) return;
        foreach (var hit in observation.Hits)
        {
            EveJson.WriteAlert(_json, observation, hit, pcap, frame);
            End();
        }
    }

    /// <summary>Ends the array and hands everything to the stream.</summary>
    public void Complete()
    {
        if (_asArray) _buffer.Write(_any ? "\n]\n"u8 : "[]\n"u8);
        Flush();
    }

    /// <summary>Hands what was written to the stream; an array stays open.</summary>
    public void Flush()
    {
        _output.Write(_buffer.WrittenSpan);
        _output.Flush();
        _buffer.ResetWrittenCount();
    }

    private void End()
    {
        _json.Flush();
        _json.Reset();
        if (!_asArray) _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushAt) Flush();
    }

    /// <inheritdoc />
    public void Dispose() => _json.Dispose();
}
