using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace ActorFingerprint.Capture.Live;

/// <summary>An interface that can be captured, as libpcap lists it.</summary>
/// <param name="Name">System name.</param>
/// <param name="Description">What it is, when the system says; else null.</param>
/// <param name="Mac">Hardware address; null where there is none.</param>
/// <param name="Addresses">IP addresses.</param>
/// <param name="IsUp">Administratively up.</param>
/// <param name="IsLoopback">A loopback interface.</param>
/// <param name="IsWireless">A wireless interface.</param>
public sealed record CaptureInterface(
    string Name, string? Description, PhysicalAddress? Mac, IReadOnlyList<IPAddress> Addresses, bool IsUp, bool IsLoopback, bool IsWireless)
{
    private const uint LoopbackFlag = 1;
    private const uint UpFlag = 2;
    private const uint WirelessFlag = 8;

    /// <summary>Lists the interfaces in the library's order (likely ones first). Throws <see cref="Engine.Capture.CaptureException"/> without libpcap.</summary>
    public static unsafe IReadOnlyList<CaptureInterface> List()
    {
        LibPcap.Require();
        var errors = stackalloc byte[LibPcap.ErrorBufferLength];
        if (LibPcap.FindAllDevices(out var first, errors) != 0)
            throw CaptureErrors.Unavailable($"the interfaces cannot be listed: {Marshal.PtrToStringUTF8((nint)errors)}");
        try
        {
            List<CaptureInterface> interfaces = [];
            for (var device = first; device is not null; device = device->Next) interfaces.Add(Read(*device));
            return interfaces;
        }
        finally
        {
            LibPcap.FreeAllDevices(first);
        }
    }

    private static unsafe CaptureInterface Read(in LibPcap.DeviceEntry device)
    {
        List<IPAddress> addresses = [];
        PhysicalAddress? mac = null;
        for (var entry = device.Addresses; entry is not null; entry = entry->Next)
        {
            if (entry->Address is null) continue;
            if (SocketAddressReader.TryReadIp(entry->Address, out var address)) addresses.Add(address);
            else if (SocketAddressReader.TryReadMac(entry->Address, out var hardware)) mac = hardware;
        }
        return new CaptureInterface(
            Marshal.PtrToStringUTF8(device.Name) ?? "", Marshal.PtrToStringUTF8(device.Description), mac, addresses,
            (device.Flags & UpFlag) != 0, (device.Flags & LoopbackFlag) != 0, (device.Flags & WirelessFlag) != 0);
    }
}
