using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Names;

/// <summary>
/// Reads a message of the NetBIOS name service (RFC 1002 §4.2). Never throws; what comes before a fault stays valid. Bounded: names,
/// records and addresses over a limit end the walk.
/// </summary>
/// <param name="message">The UDP payload.</param>
internal ref struct NetbiosMessageReader(ReadOnlySpan<byte> message)
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 12;

    /// <summary>Questions, and records, that are read of one message.</summary>
    public const int MaxEntries = 16;

    /// <summary>Addresses of a record, and names of a node, that are read.</summary>
    public const int MaxItems = 64;

    /// <summary>NB, a name with its addresses.</summary>
    public const ushort NameType = 0x20;

    /// <summary>NBSTAT, the names of a node.</summary>
    public const ushort StatusType = 0x21;

    private const int QuestionTail = 4;
    private const int RecordTail = 10;
    private const int AddressEntry = 6;
    private const int NodeNameEntry = NetbiosNameReader.Length + 2;
    private const byte GroupFlag = 0x80;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _offset = HeaderLength;

    /// <summary>Why the walk stopped early; <see cref="Malformed.None"/> also when a limit ended it.</summary>
    public Malformed Fault { get; private set; }

    /// <summary>The message holds more than was read.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Reads it all. False for what is no message at all: too short, or no readable name behind the header.</summary>
    public bool TryRead(out NetbiosMessage read)
    {
        read = new NetbiosMessage();
        if (_message.Length < HeaderLength)
        {
            Fail();
            return false;
        }
        var questions = ReadQuestions(Count(4));
        var records = ReadRecords(Count(6) + Count(8) + Count(10));
        read = new NetbiosMessage
        {
            IsResponse = (_message[2] & 0x80) != 0,
            Operation = (NetbiosOperation)(_message[2] >> 3 & 15),
            ResponseCode = (byte)(_message[3] & 15),
            Questions = questions,
            Records = records,
        };
        return questions.Length + records.Length > 0;
    }

    private readonly int Count(int at) => BinaryPrimitives.ReadUInt16BigEndian(_message[at..]);

    private NetbiosName[] ReadQuestions(int count)
    {
        List<NetbiosName> questions = [];
        for (; count > 0 && HasRoom(questions.Count, MaxEntries); count--)
        {
            if (!NetbiosNameReader.TryRead(_message, ref _offset, out var name) || _message.Length - _offset < QuestionTail)
            {
                Fail();
                break;
            }
            questions.Add(name);
            _offset += QuestionTail;
        }
        return [.. questions];
    }

    private NetbiosRecord[] ReadRecords(int count)
    {
        List<NetbiosRecord> records = [];
        for (; count > 0 && HasRoom(records.Count, MaxEntries); count--)
        {
            if (!TryReadRecord(out var record))
            {
                Fail();
                break;
            }
            records.Add(record);
        }
        return [.. records];
    }

    private bool TryReadRecord(out NetbiosRecord record)
    {
        record = null!;
        if (!NetbiosNameReader.TryRead(_message, ref _offset, out var name) || _message.Length - _offset < RecordTail) return false;
        var fields = _message[_offset..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
        if (length > fields.Length - RecordTail) return false;
        _offset += RecordTail + length;
        var type = BinaryPrimitives.ReadUInt16BigEndian(fields);
        var data = fields.Slice(RecordTail, length);
        record = new NetbiosRecord
        {
            Name = name,
            Type = type,
            IsGroup = type == NameType && data is [>= GroupFlag, ..],
            Addresses = type == NameType ? ReadAddresses(data) : [],
            NodeNames = type == StatusType ? ReadNodeNames(data) : [],
        };
        return true;
    }

    private NetworkAddress[] ReadAddresses(ReadOnlySpan<byte> data)
    {
        List<NetworkAddress> addresses = [];
        for (; data.Length >= AddressEntry && HasRoom(addresses.Count, MaxItems); data = data[AddressEntry..])
            addresses.Add(NetworkAddress.ReadV4(data[2..]));
        return [.. addresses];
    }

    private NetbiosNodeName[] ReadNodeNames(ReadOnlySpan<byte> data)
    {
        List<NetbiosNodeName> names = [];
        if (data.IsEmpty) return [];
        var count = data[0];
        for (data = data[1..]; count > 0 && HasRoom(names.Count, MaxItems); count--, data = data[NodeNameEntry..])
        {
            if (data.Length < NodeNameEntry)
            {
                Fail();
                break;
            }
            var name = NetbiosNameReader.Of(data[..NetbiosNameReader.Length]);
            names.Add(new NetbiosNodeName(name, (data[NetbiosNameReader.Length] & GroupFlag) != 0));
        }
        return [.. names];
    }

    private bool HasRoom(int count, int limit)
    {
        if (IsCut) return false;
        if (count < limit) return true;
        IsCut = true;
        return false;
    }

    private void Fail()
    {
        Fault = Malformed.NetbiosMessage;
        IsCut = true;
    }
}
