namespace ActorFingerprint.Tests.Protocols.Dhcp;

/// <summary>DHCPv4 messages made by code.</summary>
internal sealed class DhcpBytes
{
    public byte Op { get; init; } = 1;

    public byte HardwareType { get; init; } = 1;

    public byte HardwareLength { get; init; } = 6;

    public byte[] ClientHardwareAddress { get; init; } = [2, 0, 0, 0, 0, 9];

    public byte[] ClientAddress { get; init; } = new byte[4];

    public byte[] YourAddress { get; init; } = new byte[4];

    public byte[] RelayAddress { get; init; } = new byte[4];

    public byte[] ServerName { get; init; } = [];

    public byte[] File { get; init; } = [];

    public byte[] Cookie { get; init; } = [99, 130, 83, 99];

    public byte[] Options { get; init; } = [];

    public static byte[] Option(byte code, params byte[] value) => [code, (byte)value.Length, .. value];

    public byte[] ToArray()
    {
        var header = new byte[236];
        header[0] = Op;
        header[1] = HardwareType;
        header[2] = HardwareLength;
        byte[] xid = [0xDE, 0xAD, 0xBE, 0xEF];
        xid.CopyTo(header, 4);
        ClientAddress.CopyTo(header, 12);
        YourAddress.CopyTo(header, 16);
        RelayAddress.CopyTo(header, 24);
        ClientHardwareAddress.CopyTo(header, 28);
        ServerName.CopyTo(header, 44);
        File.CopyTo(header, 108);
        return [.. header, .. Cookie, .. Options];
    }
}
