using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Core.Text;

namespace ActorFingerprint.Protocols.Dns;

/// <summary>
/// Reads a message in DNS format (RFC 1035 §4). Never throws; what comes before a fault stays valid. Bounded: records, strings and
/// characters over a limit end the walk.
/// </summary>
/// <param name="message">The UDP payload.</param>
internal ref struct DnsMessageReader(ReadOnlySpan<byte> message)
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 12;

    /// <summary>Questions that are read of one message.</summary>
    public const int MaxQuestions = 64;

    /// <summary>Records that are read of one message.</summary>
    public const int MaxRecords = 256;

    /// <summary>Strings that are read of one TXT record.</summary>
    public const int MaxStrings = 64;

    /// <summary>Characters of all names and strings together, after which no more is read.</summary>
    public const int MaxText = 32_768;

    /// <summary>Messages with more text than this are not kept in caches: compression makes much of few bytes.</summary>
    private const int MaxKeptText = 4096;

    private const int QuestionTail = 4;
    private const int RecordTail = 10;
    private const int ServicePrefix = 6;
    private const int MaxBitmap = 32;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _offset = HeaderLength;
    private int _text;

    /// <summary>Why the walk stopped early; <see cref="Malformed.None"/> also when a limit ended it.</summary>
    public Malformed Fault { get; private set; }

    /// <summary>The message holds more than was read: a fault or a limit ended the walk.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The message read may be kept in a cache.</summary>
    public readonly bool IsSmall => _text <= MaxKeptText;

    /// <summary>
    /// Reads it all. False for what is no message at all: shorter than a header, an operation other than a query (RFC 6762 §18.3,
    /// RFC 4795 §2.1.1), or nothing readable behind the header.
    /// </summary>
    public bool TryRead(out DnsMessage read)
    {
        read = new DnsMessage();
        if (_message.Length < HeaderLength || (_message[2] & 0x78) != 0)
        {
            Fault = Malformed.DnsMessage;
            return false;
        }
        var questions = ReadQuestions(Count(4));
        List<DnsRecord> records = [];
        for (var section = DnsSection.Answer; section <= DnsSection.Additional && !IsCut; section++)
            ReadRecords(section, Count(6 + 2 * (int)section), records);
        read = new DnsMessage { IsResponse = (_message[2] & 0x80) != 0, Questions = questions, Records = [.. records] };
        return Fault == Malformed.None || questions.Length + records.Count > 0;
    }

    private readonly int Count(int at) => BinaryPrimitives.ReadUInt16BigEndian(_message[at..]);

    private DnsQuestion[] ReadQuestions(int count)
    {
        List<DnsQuestion> questions = [];
        for (; count > 0 && HasRoom(questions.Count, MaxQuestions); count--)
        {
            if (!TryReadName(ref _offset, out var name) || _message.Length - _offset < QuestionTail)
            {
                Fail();
                break;
            }
            questions.Add(new DnsQuestion(name, BinaryPrimitives.ReadUInt16BigEndian(_message[_offset..])));
            _offset += QuestionTail;
        }
        return [.. questions];
    }

    private void ReadRecords(DnsSection section, int count, List<DnsRecord> records)
    {
        for (; count > 0 && HasRoom(records.Count, MaxRecords); count--)
        {
            if (!TryReadRecord(section, out var record))
            {
                Fail();
                return;
            }
            records.Add(record);
        }
    }

    private bool TryReadRecord(DnsSection section, out DnsRecord record)
    {
        record = null!;
        if (!TryReadName(ref _offset, out var name) || _message.Length - _offset < RecordTail) return false;
        var fields = _message[_offset..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
        var at = _offset + RecordTail;
        if (length > _message.Length - at) return false;
        _offset = at + length;
        var type = BinaryPrimitives.ReadUInt16BigEndian(fields);
        var data = _message.Slice(at, length);
        record = new DnsRecord
        {
            Section = section,
            Name = name,
            Type = type,
            TimeToLive = BinaryPrimitives.ReadUInt32BigEndian(fields[4..]),
            Address = type switch
            {
                DnsType.A when length == 4 => NetworkAddress.ReadV4(data),
                DnsType.Aaaa when length == 16 => NetworkAddress.ReadV6(data),
                _ => default,
            },
            Port = type == DnsType.Srv && length > ServicePrefix ? BinaryPrimitives.ReadUInt16BigEndian(data[4..]) : null,
            Target = type switch
            {
                DnsType.Ptr => ReadTarget(at, out _),
                DnsType.Srv when length > ServicePrefix => ReadTarget(at + ServicePrefix, out _),
                _ => null,
            },
            Text = type == DnsType.Txt ? ReadStrings(data) : null,
            Types = type == DnsType.Nsec ? ReadTypes(at) : null,
        };
        return true;
    }

    /// <summary>A target that ends inside its record's data; null, and a fault, when it does not.</summary>
    private string? ReadTarget(int at, out int behind)
    {
        behind = at;
        if (TryReadName(ref behind, out var target) && behind <= _offset) return target;
        Fail();
        return null;
    }

    private string[] ReadStrings(ReadOnlySpan<byte> data)
    {
        List<string> strings = [];
        while (!data.IsEmpty && HasRoom(strings.Count, MaxStrings))
        {
            int length = data[0];
            if (length > data.Length - 1)
            {
                Fail();
                break;
            }
            var text = WireText.Escape(data.Slice(1, length));
            _text += text.Length;
            strings.Add(text);
            data = data[(1 + length)..];
        }
        return [.. strings];
    }

    /// <summary>
    /// The type bitmap behind the next name (RFC 4034 §4.1.2), of the first window only: there are all types that multicast DNS
    /// restricts it to.
    /// </summary>
    private ushort[] ReadTypes(int at)
    {
        if (ReadTarget(at, out at) is null || at == _offset) return [];
        var bitmap = _message[at.._offset];
        if (bitmap.Length < 2 || bitmap[1] > bitmap.Length - 2)
        {
            Fail();
            return [];
        }
        if (bitmap[0] != 0) return [];
        List<ushort> types = [];
        bitmap = bitmap.Slice(2, Math.Min((int)bitmap[1], MaxBitmap));
        for (var type = 0; type < 8 * bitmap.Length; type++)
            if ((bitmap[type >> 3] & 0x80 >> (type & 7)) != 0) types.Add((ushort)type);
        return [.. types];
    }

    private bool TryReadName(ref int offset, out string name)
    {
        Span<char> text = stackalloc char[DnsName.MaxCharacters];
        if (!DnsName.TryFormat(_message, ref offset, text, out var length))
        {
            name = "";
            return false;
        }
        name = new string(text[..length]);
        _text += length;
        return true;
    }

    private bool HasRoom(int count, int limit)
    {
        if (IsCut) return false;
        if (count < limit && _text < MaxText) return true;
        IsCut = true;
        return false;
    }

    private void Fail()
    {
        Fault = Malformed.DnsMessage;
        IsCut = true;
    }
}
