using System.Runtime.InteropServices;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;

namespace ActorFingerprint.Capture.Live;

/// <summary>An open <c>pcap_t</c>. Errors become the operator's lines here.</summary>
internal sealed unsafe class PcapHandle : SafeHandle
{
    private PcapHandle(nint pcap) : base(0, ownsHandle: true) => SetHandle(pcap);

    public override bool IsInvalid => handle == 0;

    /// <summary>Link type of the interface.</summary>
    public LinkType LinkType => (LinkType)LibPcap.DataLink(this);

    /// <summary>True when fractions of a second are nanoseconds.</summary>
    public bool IsNanosecond => LibPcap.GetTimestampPrecision(this) == LibPcap.NanosecondPrecision;

    /// <summary>The library's words for its last error.</summary>
    public string Error => Marshal.PtrToStringUTF8(LibPcap.GetError(this)) ?? "";

    /// <summary>
    /// Opens and activates an interface. <paramref name="warning"/> is set when it works, but not as asked. Throws
    /// <see cref="CaptureException"/> when it does not.
    /// </summary>
    public static PcapHandle Open(LiveCaptureOptions options, out string? warning)
    {
        LibPcap.Require();
        var errors = stackalloc byte[LibPcap.ErrorBufferLength];
        var pcap = new PcapHandle(LibPcap.Create(options.Interface, errors));
        try
        {
            if (pcap.IsInvalid) throw CaptureErrors.Unavailable($"{options.Interface}: {Marshal.PtrToStringUTF8((nint)errors)}");
            _ = LibPcap.SetSnapLength(pcap, options.SnapLength);
            _ = LibPcap.SetPromiscuous(pcap, options.IsPromiscuous ? 1 : 0);
            _ = LibPcap.SetTimeout(pcap, options.BatchMilliseconds);
            _ = LibPcap.SetBufferSize(pcap, options.RingLength);
            _ = LibPcap.SetTimestampPrecision(pcap, LibPcap.NanosecondPrecision); // else it stays at microseconds
            var status = LibPcap.Activate(pcap);
            if (status < 0) throw PcapStatus.ToException(options.Interface, status, pcap.Error);
            warning = status > 0 ? $"{options.Interface}: {PcapStatus.ToWarning(status, pcap.Error)}" : null;
            return pcap;
        }
        catch
        {
            pcap.Dispose();
            throw;
        }
    }

    /// <summary>A handle without an interface, for compiling filters.</summary>
    public static PcapHandle OpenDead(LinkType linkType)
    {
        LibPcap.Require();
        return new PcapHandle(LibPcap.OpenDead((int)linkType, 262_144));
    }

    /// <summary>Compiles a filter and, on an interface, puts it into the kernel. Throws when the text is wrong.</summary>
    public void SetFilter(string filter)
    {
        if (LibPcap.Compile(this, out var program, filter, 1, LibPcap.UnknownNetmask) != 0)
            throw CaptureErrors.Unavailable($"the capture filter '{filter}' is not valid: {Error}; see man pcap-filter");
        try
        {
            if (LibPcap.SetFilter(this, program) != 0) throw CaptureErrors.Unavailable($"the capture filter '{filter}' cannot be set: {Error}");
        }
        finally
        {
            LibPcap.FreeCode(ref program);
        }
    }

    /// <summary>Compiles a filter only; the library's complaint, or null when it is valid.</summary>
    public string? Check(string filter)
    {
        if (LibPcap.Compile(this, out var program, filter, 1, LibPcap.UnknownNetmask) != 0) return Error;
        LibPcap.FreeCode(ref program);
        return null;
    }

    /// <summary>Makes dispatching return at once when no frame is there.</summary>
    public void SetNonBlocking()
    {
        var errors = stackalloc byte[LibPcap.ErrorBufferLength];
        _ = LibPcap.SetNonBlocking(this, 1, errors); // fails only on handles without an interface
    }

    protected override bool ReleaseHandle()
    {
        LibPcap.Close(handle);
        return true;
    }
}
