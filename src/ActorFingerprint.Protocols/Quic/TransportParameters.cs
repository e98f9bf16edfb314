using System.Buffers.Binary;
using System.Text;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;
using ActorFingerprint.Protocols.Tls;

namespace ActorFingerprint.Protocols.Quic;

/// <summary>
/// The transport parameters of a ClientHello (RFC 9000 §18) as facts about the stack. Their canonical text is sorted by number and leaves
/// out what is drawn for each connection, so that it holds still where stacks shuffle them.
/// </summary>
internal sealed class TransportParameters
{
    /// <summary>Parameters that are read at most.</summary>
    public const int MaxCount = 64;

    /// <summary>So much of it that its escaped form fits a fact.</summary>
    private const int MaxUserAgent = DeviceFact.MaxLength / WireText.MaxExpansion;

    /// <summary>Version and random number before the first vector of a ClientHello.</summary>
    private const int FixedPart = 2 + 32;

    private const int Slots = 256;
    private const ushort ExtensionNumber = 57;
    private const ushort DraftExtensionNumber = 0xFFA5;
    private const ulong GreaseStep = 31;
    private const ulong GreaseFirst = 27;
    private const ulong UserAgentId = 0x3129;

    private readonly ContentCache<QuicFacts> _facts = new(Slots);

    /// <summary>Reads the facts of a well-formed ClientHello.</summary>
    /// <param name="body">The message without its handshake header.</param>
    /// <param name="version">Version of the packet in which it ended.</param>
    public QuicFacts Read(ReadOnlySpan<byte> body, uint version)
    {
        Span<Parameter> parameters = stackalloc Parameter[MaxCount];
        var content = Find(body);
        var count = Split(content, parameters, out var hasGrease);
        parameters = parameters[..count];

        var text = new AsciiText(stackalloc byte[sizeof(uint) + 3 * DeviceFact.MaxLength]);
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(number, version);
        text.Append(number);
        WriteOrder(parameters, ref text);
        var orderEnd = text.Length;
        var agent = UserAgent(content, parameters);
        parameters.Sort(static (a, b) => a.Id != b.Id ? a.Id.CompareTo(b.Id) : a.Start.CompareTo(b.Start));
        WriteCanonical(content, parameters, hasGrease, ref text);
        var canonicalEnd = text.Length;
        text.Append(agent);

        var hash = ContentHash.Of(text.Written);
        if (_facts.Find(hash, text.Written) is { } known) return known;
        var facts = new QuicFacts(
            version, Encoding.ASCII.GetString(text.Written[orderEnd..canonicalEnd]), agent.IsEmpty ? null : WireText.Escape(agent))
        {
            ParameterOrder = Encoding.ASCII.GetString(text.Written[sizeof(uint)..orderEnd]),
        };
        _facts.Offer(hash, text.Written, facts);
        return facts;
    }

    /// <summary>The extension's content; empty when there is none.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> body)
    {
        var reader = new VectorReader(body);
        if (!reader.TryReadBytes(FixedPart, out _) || !reader.TryReadVector8(out _) || !reader.TryReadVector16(out _)
            || !reader.TryReadVector8(out _) || !reader.TryReadVector16(out var block)) return default;
        var extensions = new ExtensionReader(block);
        while (extensions.TryRead(out var type, out var content))
            if (type is ExtensionNumber or DraftExtensionNumber) return content;
        return default;
    }

    /// <summary>The parameters other than GREASE, up to the first that is cut.</summary>
    private static int Split(ReadOnlySpan<byte> content, Span<Parameter> parameters, out bool hasGrease)
    {
        var count = 0;
        hasGrease = false;
        var reader = new QuicReader(content);
        while (count < parameters.Length && reader.TryReadVarint(out var id) && reader.TryReadVector(out var value))
        {
            if (id % GreaseStep == GreaseFirst) hasGrease = true;
            else parameters[count++] = new Parameter(id, content.Length - reader.Rest.Length - value.Length, value.Length);
        }
        return count;
    }

    private static void WriteOrder(ReadOnlySpan<Parameter> parameters, ref AsciiText text)
    {
        var start = text.Length;
        foreach (var parameter in parameters)
        {
            var before = text.Length;
            if (before > start) text.Append("-"u8);
            text.AppendHex(parameter.Id);
            if (text.Length - start <= DeviceFact.MaxLength) continue;
            text.CutTo(before);
            return;
        }
    }

    private static void WriteCanonical(
        ReadOnlySpan<byte> content, ReadOnlySpan<Parameter> parameters, bool hasGrease, ref AsciiText text)
    {
        var start = text.Length;
        foreach (var parameter in parameters)
        {
            var before = text.Length;
            if (before > start) text.Append(";"u8);
            text.AppendHex(parameter.Id);
            WriteValue(parameter.Id, content.Slice(parameter.Start, parameter.Length), ref text);
            if (text.Length - start <= DeviceFact.MaxLength - GreaseMark.Length) continue;
            text.CutTo(before);
            break;
        }
        if (hasGrease) text.Append(text.Length > start ? GreaseMark : GreaseMark[1..]);
    }

    private static ReadOnlySpan<byte> GreaseMark => ";grease"u8;

    private static void WriteValue(ulong id, ReadOnlySpan<byte> value, ref AsciiText text)
    {
        switch (id)
        {
            case 0x01 or (>= 0x03 and <= 0x0B) or 0x0E or 0x20 or 0xFF03DE1A or 0xFF04DE1B:
                var reader = new QuicReader(value);
                text.Append("="u8);
                if (reader.TryReadVarint(out var integer) && reader.Rest.IsEmpty) text.AppendDecimal(integer);
                break;
            case 0x0F: // initial_source_connection_id: drawn for each connection, but its length is the stack's choice
                text.Append("="u8);
                text.AppendDecimal((ulong)value.Length);
                break;
            case 0x11 or 0x4752:
                WriteVersions(value, ref text);
                break;
        }
    }

    /// <summary>The chosen version and the offered ones (RFC 9368 §3), those that only provoke a negotiation left out.</summary>
    private static void WriteVersions(ReadOnlySpan<byte> value, ref AsciiText text)
    {
        const int Most = 8;
        var mark = "="u8;
        for (var i = 0; i < Most && value.Length >= sizeof(uint); i++, value = value[sizeof(uint)..])
        {
            var version = BinaryPrimitives.ReadUInt32BigEndian(value);
            if (QuicVersion.IsReserved(version)) continue;
            text.Append(mark);
            text.AppendHex(version);
            mark = "+"u8;
        }
    }

    private static ReadOnlySpan<byte> UserAgent(ReadOnlySpan<byte> content, ReadOnlySpan<Parameter> parameters)
    {
        foreach (var parameter in parameters)
            if (parameter.Id == UserAgentId) return content.Slice(parameter.Start, Math.Min(parameter.Length, MaxUserAgent));
        return default;
    }

    private readonly record struct Parameter(ulong Id, int Start, int Length);
}
