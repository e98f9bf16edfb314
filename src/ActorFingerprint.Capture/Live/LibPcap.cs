using System.Reflection;
using System.Runtime.InteropServices;

namespace ActorFingerprint.Capture.Live;

/// <summary>The functions of libpcap that are used (pcap(3PCAP)), and finding the library. Linux, 64 bits.</summary>
internal static unsafe partial class LibPcap
{
    public const int ErrorBufferLength = 256;
    public const int ErrorBreak = -2;
    public const int NanosecondPrecision = 1;
    public const uint UnknownNetmask = 0xFFFFFFFF;

    private const string Library = "pcap";

    private static readonly string[] FileNames = ["libpcap.so.1", "libpcap.so.0.8", "libpcap.so"];
    private static readonly Lazy<nint> Loaded = new(Load);

    static LibPcap() => NativeLibrary.SetDllImportResolver(typeof(LibPcap).Assembly, Resolve);

    /// <summary>Throws the operator's line when libpcap is not installed.</summary>
    public static void Require()
    {
        if (Loaded.Value == 0)
            throw CaptureErrors.Unavailable("libpcap is not installed, live capture needs it: run apt-get install libpcap0.8");
    }

    [LibraryImport(Library, EntryPoint = "pcap_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Create(string device, byte* errorBuffer);

    [LibraryImport(Library, EntryPoint = "pcap_close")]
    public static partial void Close(nint pcap);

    [LibraryImport(Library, EntryPoint = "pcap_set_snaplen")]
    public static partial int SetSnapLength(PcapHandle pcap, int bytes);

    [LibraryImport(Library, EntryPoint = "pcap_set_promisc")]
    public static partial int SetPromiscuous(PcapHandle pcap, int isPromiscuous);

    [LibraryImport(Library, EntryPoint = "pcap_set_timeout")]
    public static partial int SetTimeout(PcapHandle pcap, int milliseconds);

    [LibraryImport(Library, EntryPoint = "pcap_set_buffer_size")]
    public static partial int SetBufferSize(PcapHandle pcap, int bytes);

    [LibraryImport(Library, EntryPoint = "pcap_set_tstamp_precision")]
    public static partial int SetTimestampPrecision(PcapHandle pcap, int precision);

    [LibraryImport(Library, EntryPoint = "pcap_get_tstamp_precision")]
    public static partial int GetTimestampPrecision(PcapHandle pcap);

    [LibraryImport(Library, EntryPoint = "pcap_activate")]
    public static partial int Activate(PcapHandle pcap);

    [LibraryImport(Library, EntryPoint = "pcap_datalink")]
    public static partial int DataLink(PcapHandle pcap);

    [LibraryImport(Library, EntryPoint = "pcap_compile", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Compile(PcapHandle pcap, out BpfProgram program, string filter, int optimize, uint netmask);

    [LibraryImport(Library, EntryPoint = "pcap_setfilter")]
    public static partial int SetFilter(PcapHandle pcap, in BpfProgram program);

    [LibraryImport(Library, EntryPoint = "pcap_freecode")]
    public static partial void FreeCode(ref BpfProgram program);

    [LibraryImport(Library, EntryPoint = "pcap_dispatch")]
    public static partial int Dispatch(
        PcapHandle pcap, int count, delegate* unmanaged[Cdecl]<nint, PacketHeader*, byte*, void> callback, nint user);

    [LibraryImport(Library, EntryPoint = "pcap_setnonblock")]
    public static partial int SetNonBlocking(PcapHandle pcap, int isNonBlocking, byte* errorBuffer);

    [LibraryImport(Library, EntryPoint = "pcap_breakloop")]
    public static partial void BreakLoop(PcapHandle pcap);

    [LibraryImport(Library, EntryPoint = "pcap_stats")]
    public static partial int Stats(PcapHandle pcap, out Statistics statistics);

    [LibraryImport(Library, EntryPoint = "pcap_geterr")]
    public static partial nint GetError(PcapHandle pcap);

    [LibraryImport(Library, EntryPoint = "pcap_open_dead")]
    public static partial nint OpenDead(int linkType, int snapLength);

    [LibraryImport(Library, EntryPoint = "pcap_findalldevs")]
    public static partial int FindAllDevices(out DeviceEntry* devices, byte* errorBuffer);

    [LibraryImport(Library, EntryPoint = "pcap_freealldevs")]
    public static partial void FreeAllDevices(DeviceEntry* devices);

    private static nint Load()
    {
        foreach (var name in FileNames)
            if (NativeLibrary.TryLoad(name, out var library)) return library;
        return 0;
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) => library == Library ? Loaded.Value : 0;

    /// <summary>struct bpf_program.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct BpfProgram
    {
        public uint Length;
        public nint Instructions;
    }

    /// <summary>struct pcap_pkthdr where time_t has 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct PacketHeader
    {
        public readonly long Seconds;
        public readonly long Fraction;
        public readonly uint Captured;
        public readonly uint Original;
    }

    /// <summary>struct pcap_stat; each count wraps at 2^32.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Statistics
    {
        public readonly uint Received;
        public readonly uint Dropped;
        public readonly uint DroppedByInterface;
    }

    /// <summary>struct pcap_if.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct DeviceEntry
    {
        public readonly DeviceEntry* Next;
        public readonly nint Name;
        public readonly nint Description;
        public readonly AddressEntry* Addresses;
        public readonly uint Flags;
    }

    /// <summary>struct pcap_addr, as far as used.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct AddressEntry
    {
        public readonly AddressEntry* Next;
        public readonly byte* Address;
    }
}
