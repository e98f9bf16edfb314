using System.Buffers;
using System.Text.Json;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>A value out of a JSON file, the member name that it has in the root object, and the line that it begins in.</summary>
internal readonly record struct JsonItem(int Line, string Name, JsonElement Value);

/// <summary>
/// Reads the members of a root object, or the elements of a root array, one at a time, whatever the size of the file: only one value is in
/// memory, up to <see cref="MaxItem"/> bytes.
/// </summary>
internal static class JsonItems
{
    /// <summary>Longest single value, in bytes.</summary>
    public const int MaxItem = 4 << 20;

    private const int FirstBuffer = 64 * 1024;
    private static readonly JsonReaderOptions Options = new()
    {
        MaxDepth = 32,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };


    /// <summary>The items. Throws <see cref="SignatureImportException"/> where the text is no JSON.</summary>
    public static IEnumerable<JsonItem> Read(ImportFile file)
    {
        using var source = file.OpenRead();
        var walk = new Walk(file, source);
        while (walk.Next() is { } item) yield return item;
    }

    /// <summary>The text of a value; null when it is none, or bytes that are no Unicode.</summary>
    public static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private sealed class Walk(ImportFile file, Stream source)
    {
        private byte[] _buffer = new byte[FirstBuffer];
        private int _start;
        private int _end;
        private bool _isEnd;
        private int _line = 1;
        private JsonReaderState _state = new(Options);

        public JsonItem? Next()
        {
            while (true)
            {
                try
                {
                    if (TryNext(out var item, out var isOver)) return item;
                    if (isOver) return null;
                }
                catch (InvalidOperationException error)
                {
                    throw file.Fault(_line, "a member name that is no Unicode", error);
                }
                catch (JsonException error)
                {
                    throw file.Fault(_line + (int)(error.LineNumber ?? 0), $"no JSON: {error.Message}", error);
                }
                Fill();
            }
        }

        /// <summary>Reads one item from the buffer; false when it needs more bytes or everything is read.</summary>
        private bool TryNext(out JsonItem item, out bool isOver)
        {
            (item, isOver) = (default, false);
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isEnd, _state);
            var name = "";
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = reader.GetString() ?? "";
                    continue;
                }
                if (reader.CurrentDepth == 0)
                {
                    if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject
                        or JsonTokenType.EndArray or JsonTokenType.EndObject))
                        throw file.Fault(_line, "the root is neither an object nor an array");
                    Consume(ref reader);
                    continue;
                }
                var line = _line + _buffer.AsSpan(_start, (int)reader.TokenStartIndex).Count((byte)'\n');
                if (!JsonDocument.TryParseValue(ref reader, out var document)) return false;
                using (document) item = new JsonItem(line, name, document.RootElement.Clone());
                Consume(ref reader);
                return true;
            }
            isOver = _isEnd;
            return false;
        }

        /// <summary>Takes what was read out of the buffer and goes on with a new reader behind it.</summary>
        private void Consume(ref Utf8JsonReader reader)
        {
            var count = (int)reader.BytesConsumed;
            _line += _buffer.AsSpan(_start, count).Count((byte)'\n');
            _start += count;
            _state = reader.CurrentState;
            reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isEnd, _state);
        }

        private void Fill()
        {
            if (_start == 0 && _end == _buffer.Length)
            {
                if (_buffer.Length >= MaxItem) throw file.Fault(_line, $"a value of more than {MaxItem >> 20} MiB");
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var count = source.Read(_buffer.AsSpan(_end));
            _end += count;
            _isEnd = count == 0;
        }
    }
}
