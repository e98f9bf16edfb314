using System.Net;
using System.Text;
using ActorFingerprint.Tools.FrameGenerator.Dhcp;
using ActorFingerprint.Tools.FrameGenerator.Packets;
using ActorFingerprint.Tools.FrameGenerator.Truth;

namespace ActorFingerprint.Tools.FrameGenerator.Home;

/// <summary>A station gets its address, keeps it by renewals, and on the things' segment does so through the relay.</summary>
internal sealed class DhcpActivity(Station station, Timeline timeline, ICollection<Expectation> truth)
{
    private const uint LeaseSeconds = 43_200;
    private const int ShortestMessage = 300;

    private readonly DhcpProfile _profile = station.Model.Dhcp!;
    private uint _transaction = station.Random.NextUInt32();

    private bool IsRelayed => station.Model.Segment == HomeSegment.Things;

    private static IPAddress Server => HomeNetwork.GatewayAddress;

    /// <summary>Everything that the station's time holds.</summary>
    public void Run()
    {
        var at = station.FromMicros + station.Random.Next(1, 60) * HomeNetwork.SecondMicros;
        if (_profile.IsBootp)
        {
            Bootp(at);
            return;
        }
        Boot(at);
        if (_profile.InformParameters is { } parameters) Inform(at + 3 * HomeNetwork.SecondMicros, parameters);
        for (var renewal = at + HalfLease(); renewal < station.ToMicros; renewal += HalfLease()) Renew(renewal);
    }

    private long HalfLease() => LeaseSeconds / 2 * HomeNetwork.SecondMicros + station.Random.Next(30) * HomeNetwork.SecondMicros;

    private void Boot(long at)
    {
        FromClient(at, DhcpMessageType.Discover, requested: false, _profile.Parameters);
        FromServer(at + 900_000, DhcpMessageType.Offer);
        FromClient(at + 950_000, DhcpMessageType.Request, requested: true, _profile.Parameters);
        FromServer(at + 990_000, DhcpMessageType.Ack);
    }

    private void Renew(long at)
    {
        _transaction = station.Random.NextUInt32();
        var message = Message(Options(DhcpMessageType.Request, requested: false, _profile.Parameters), station.Address);
        Unicast(at, message, new IpRoute(station.Address, Server), fromClient: true);
        var answer = Answer(DhcpMessageType.Ack);
        Unicast(at + 4_000, answer, new IpRoute(Server, station.Address), fromClient: false);
    }

    private void Inform(long at, byte[] parameters)
    {
        _transaction = station.Random.NextUInt32();
        var message = Message(Options(DhcpMessageType.Inform, requested: false, parameters), station.Address);
        Broadcast(at, message, station.Address);
    }

    private void Bootp(long at)
    {
        var request =
            new DhcpMessage
            {
                HardwareAddress = station.Mac.ToBytes(),
                TransactionId = _transaction,
                Cookie = null,
                MinimumLength = ShortestMessage
            };
        Broadcast(at, request, IPAddress.Any);
        var reply = new DhcpMessage
        {
            Op = 2,
            HardwareAddress = station.Mac.ToBytes(),
            TransactionId = _transaction,
            YourAddress = station.Address,
            Cookie = null,
            MinimumLength = ShortestMessage,
        };
        Unicast(at + 3_000, reply, new IpRoute(Server, station.Address), fromClient: false);
    }

    private void FromClient(long at, DhcpMessageType type, bool requested, byte[] parameters)
    {
        var message = Message(Options(type, requested, parameters), IPAddress.Any);
        Broadcast(at, message, IPAddress.Any);
        if (IsRelayed) ToServer(at + 300, Message(Options(type, requested, parameters), IPAddress.Any, relayed: true));
    }

    private void FromServer(long at, DhcpMessageType type)
    {
        var message = Answer(type);
        if (IsRelayed)
        {
            var toRelay = new IpRoute(Server, HomeNetwork.ThingsGatewayAddress);
            var datagram = UdpDatagram.Packet(toRelay, DhcpMessage.ServerPort, DhcpMessage.ServerPort, message.ToBytes());
            Note(timeline.Add(at - 300, Links.EthernetFrame(HomeNetwork.Switch, HomeNetwork.Gateway, 0x0800, datagram)), message);
        }
        var route = new IpRoute(IsRelayed ? HomeNetwork.ThingsGatewayAddress : Server, station.Address);
        Unicast(at, message, route, fromClient: false);
    }

    private void ToServer(long at, DhcpMessage message)
    {
        var route = new IpRoute(HomeNetwork.ThingsGatewayAddress, Server);
        var datagram = UdpDatagram.Packet(route, DhcpMessage.ServerPort, DhcpMessage.ServerPort, message.ToBytes());
        Note(timeline.Add(at, Links.EthernetFrame(HomeNetwork.Gateway, HomeNetwork.Switch, 0x0800, datagram)), message);
    }

    private void Broadcast(long at, DhcpMessage message, IPAddress source)
    {
        var datagram =
            UdpDatagram.Packet(new IpRoute(source, IPAddress.Broadcast), DhcpMessage.ClientPort, DhcpMessage.ServerPort, message.ToBytes());
        Note(timeline.Add(at, station.Frame(EthernetAddress.Broadcast, 0x0800, datagram)), message);
    }

    private void Unicast(long at, DhcpMessage message, IpRoute route, bool fromClient)
    {
        var (from, to) = fromClient ? (DhcpMessage.ClientPort, DhcpMessage.ServerPort) : (DhcpMessage.ServerPort, DhcpMessage.ClientPort);
        Note(timeline.Add(at, station.Link(UdpDatagram.Packet(route, from, to, message.ToBytes()), fromClient)), message);
    }

    private void Note(Frame frame, DhcpMessage message) => truth.Add(new DhcpExpectation(frame, station.Mac.ToString(), message));

    private DhcpMessage Message(IReadOnlyList<DhcpOption> options, IPAddress client, bool relayed = false) => new()
    {
        HardwareAddress = station.Mac.ToBytes(),
        TransactionId = _transaction,
        Hops = relayed ? (byte)1 : (byte)0,
        ClientAddress = client,
        RelayAddress = relayed ? HomeNetwork.ThingsGatewayAddress : IPAddress.Any,
        Options = relayed ? [.. options.SkipLast(1), new DhcpOption(82, [1, 4, 0, 20, 0, 7]), DhcpOption.End] : options,
        MinimumLength = ShortestMessage,
    };

    private DhcpMessage Answer(DhcpMessageType type) => new()
    {
        Op = 2,
        HardwareAddress = station.Mac.ToBytes(),
        TransactionId = _transaction,
        YourAddress = station.Address,
        RelayAddress = IsRelayed ? HomeNetwork.ThingsGatewayAddress : IPAddress.Any,
        Options =
        [
            DhcpOption.Type(type), DhcpOption.Address(54, Server), DhcpOption.Seconds(51, LeaseSeconds),
            DhcpOption.Address(1, new IPAddress([255, 255, 0, 0])), DhcpOption.Address(3, Server),
                DhcpOption.Address(6, HomeNetwork.Resolver),
            DhcpOption.Text(15, "home.example"), DhcpOption.End,
        ],
        MinimumLength = ShortestMessage,
    };

    private List<DhcpOption> Options(DhcpMessageType type, bool requested, byte[] parameters)
    {
        List<DhcpOption> options = [];
        foreach (var code in _profile.Order)
            if (Option(code, type, requested, parameters) is { } option) options.Add(option);
        options.Add(DhcpOption.End);
        return options;
    }

    private DhcpOption? Option(byte code, DhcpMessageType type, bool requested, byte[] parameters) => code switch
    {
        12 when station.HostName is { } name => DhcpOption.Text(12, name),
        50 when requested => DhcpOption.Address(50, station.Address),
        51 => DhcpOption.Seconds(51, LeaseSeconds),
        53 => DhcpOption.Type(type),
        54 when requested => DhcpOption.Address(54, Server),
        55 => DhcpOption.Parameters(parameters),
        57 => new DhcpOption(57, [0x05, 0xDC]),
        60 when _profile.VendorClass is { } vendor => DhcpOption.Text(60, vendor),
        61 => DhcpOption.ClientId(station.Mac),
        81 when type is DhcpMessageType.Request && station.HostName is { } name =>
            new DhcpOption(81, [0, 0, 0, .. Encoding.ASCII.GetBytes(name)]),
        _ => null,
    };
}
