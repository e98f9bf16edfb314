using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Live;

/// <summary>What the status codes of pcap_activate(3PCAP) mean to an operator.</summary>
internal static class PcapStatus
{
    private const int NoSuchDevice = -5;
    private const int MonitorModeNotSupported = -6;
    private const int PermissionDenied = -8;
    private const int InterfaceNotUp = -9;
    private const int PromiscuousPermissionDenied = -11;
    private const int PromiscuousNotSupported = 2;

    /// <summary>The error for a negative status; <paramref name="detail"/> is the library's own text, possibly empty.</summary>
    public static CaptureException ToException(string name, int status, string detail) => status switch
    {
        PermissionDenied => CaptureErrors.PermissionDenied($"{name}: this process may not capture; run: {SetCapabilities}"),
        PromiscuousPermissionDenied => CaptureErrors.PermissionDenied(
            $"{name}: this process may not capture promiscuously; run: {SetCapabilities} (or leave promiscuous off)"),
        NoSuchDevice => CaptureErrors.Unavailable($"{name}: no such interface; 'actorfp interfaces' lists those there are"),
        InterfaceNotUp => CaptureErrors.Unavailable($"{name}: the interface is down; run: sudo ip link set {name} up"),
        MonitorModeNotSupported => CaptureErrors.Unavailable($"{name}: the interface has no monitor mode"),
        _ => CaptureErrors.Unavailable($"{name}: cannot be captured: {(detail.Length > 0 ? detail : $"libpcap status {status}")}"),
    };

    /// <summary>The line for a positive status: capture runs, but not as asked.</summary>
    public static string ToWarning(int status, string detail) =>
        status == PromiscuousNotSupported ? "has no promiscuous mode; capturing without it"
        : detail.Length > 0 ? detail
        : $"libpcap warning {status}";

    private static string SetCapabilities => $"sudo setcap cap_net_raw,cap_net_admin=eip {Environment.ProcessPath ?? "actorfp"}";
}
