using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorFingerprint.Tools.FrameGenerator.Packets;

/// <summary>Builds DNS (RFC 1035) and multicast DNS (RFC 6762) messages of the few kinds that a home shows.</summary>
internal static class DnsMessage
{
    private const int TypeA = 1;
    private const int TypePtr = 12;
    private const int TypeAaaa = 28;

    public static byte[] Query(int id, string name, bool ipv6) =>
        Header(id, 0x0100, questions: 1, answers: 0).Bytes(Name(name)).U16(ipv6 ? TypeAaaa : TypeA).U16(1).ToArray();

    /// <summary>The answer to <see cref="Query"/>, five minutes of life, the name compressed to the question's.</summary>
    public static byte[] Answer(int id, string name, IPAddress address)
    {
        var type = address.AddressFamily == AddressFamily.InterNetworkV6 ? TypeAaaa : TypeA;
        return Header(id, 0x8180, questions: 1, answers: 1).Bytes(Name(name)).U16(type).U16(1)
            .U16(0xC00C).U16(type).U16(1).U32(300).Vector16(address.GetAddressBytes()).ToArray();
    }

    /// <summary>A multicast question for a service, as in <c>_airplay._tcp.local</c>.</summary>
    public static byte[] ServiceQuestion(string service) =>
        Header(0, 0, questions: 1, answers: 0).Bytes(Name(service)).U16(TypePtr).U16(1).ToArray();

    /// <summary>A multicast announcement: the service points to an instance, and the host name to its address.</summary>
    public static byte[] ServiceAnnouncement(string service, string instance, IPAddress address)
    {
        var label = Encoding.ASCII.GetBytes(instance);
        return Header(0, 0x8400, questions: 0, answers: 2)
            .Bytes(Name(service)).U16(TypePtr).U16(1).U32(4500).U16(label.Length + 3).Vector8(label).U16(0xC00C)
            .Bytes(Name(instance + ".local")).U16(TypeA).U16(0x8001).U32(120).Vector16(address.GetAddressBytes()).ToArray();
    }

    private static WireBuffer Header(int id, int flags, int questions, int answers) =>
        new WireBuffer().U16(id).U16(flags).U16(questions).U16(answers).U16(0).U16(0);

    /// <summary>A domain name as length-prefixed labels.</summary>
    public static byte[] Name(string name)
    {
        var wire = new WireBuffer();
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries)) wire.Vector8(Encoding.ASCII.GetBytes(label));
        return wire.U8(0).ToArray();
    }
}
