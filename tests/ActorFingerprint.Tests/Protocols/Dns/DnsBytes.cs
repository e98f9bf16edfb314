using System.Buffers.Binary;
using System.Text;

namespace ActorFingerprint.Tests.Protocols.Dns;

/// <summary>Messages in DNS format made by code.</summary>
internal sealed class DnsBytes
{
    public const ushort Response = 0x8400;

    public ushort Flags { get; init; }

    public byte[][] Questions { get; init; } = [];

    public byte[][] Answers { get; init; } = [];

    public byte[][] Authority { get; init; } = [];

    public byte[][] Additional { get; init; } = [];

    /// <summary>An announcement with these answers.</summary>
    public static byte[] Announcement(params byte[][] answers) => new DnsBytes { Flags = Response, Answers = answers }.ToArray();

    /// <summary>A query for these names, type PTR.</summary>
    public static byte[] Query(params string[] names) =>
        new DnsBytes { Questions = [.. names.Select(name => Question(Name(name)))] }.ToArray();

    /// <summary>A name of plain labels, in UTF-8.</summary>
    public static byte[] Name(string dotted) => Labels([.. dotted.Split('.').Select(Encoding.UTF8.GetBytes)]);

    /// <summary>A name of any labels.</summary>
    public static byte[] Labels(params byte[][] labels) => [.. labels.SelectMany(label => (byte[])[(byte)label.Length, .. label]), 0];

    /// <summary>A pointer to an offset in the message.</summary>
    public static byte[] Pointer(int offset) => [(byte)(0xC0 | offset >> 8), (byte)offset];

    public static byte[] Question(byte[] name, ushort type = 12) => [.. name, .. Number(type), 0, 1];

    public static byte[] Record(byte[] name, ushort type, byte[] data, byte ttl = 120) =>
        [.. name, .. Number(type), 0x80, 1, 0, 0, 0, ttl, .. Number((ushort)data.Length), .. data];

    public static byte[] Address(string name, params byte[] address) => Record(Name(name), (ushort)(address.Length == 4 ? 1 : 28), address);

    public static byte[] Ptr(string name, string target) => Record(Name(name), 12, Name(target));

    public static byte[] Srv(string name, string target, ushort port) =>
        Record(Name(name), 33, [0, 0, 0, 0, .. Number(port), .. Name(target)]);

    public static byte[] Txt(string name, params string[] strings) =>
        Record(Name(name), 16,
            [.. strings.Select(Encoding.UTF8.GetBytes).SelectMany(text => (byte[])[(byte)text.Length, .. text])]);

    public byte[] ToArray() =>
    [
        0, 0, .. Number(Flags), .. Number((ushort)Questions.Length), .. Number((ushort)Answers.Length), .. Number((ushort)Authority.Length),
        .. Number((ushort)Additional.Length), .. Questions.SelectMany(q => q), .. Answers.SelectMany(r => r),
        .. Authority.SelectMany(r => r), .. Additional.SelectMany(r => r),
    ];

    public static byte[] Number(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
