namespace ActorFingerprint.Core.Devices;

/// <summary>Whether enough is known of a device to say what it is.</summary>
/// <param name="IsOk">False when insufficient.</param>
/// <param name="Reason">Why insufficient, <c>low packets_total=N</c>; empty when ok.</param>
public readonly record struct DeviceStatus(bool IsOk, string Reason)
{
    /// <summary>Observations that are enough without an informative fingerprint, unless configured otherwise.</summary>
    public const int DefaultMinPackets = 50;

    /// <summary><c>ok</c> or <c>insufficient</c>, as in the read models.</summary>
    public string Text => IsOk ? "ok" : "insufficient";

    /// <summary>The status of a device: ok with <paramref name="minPackets"/> observations, or with any DHCP list or JA4.</summary>
    public static DeviceStatus Of(DeviceState state, DeviceCounters counters, int minPackets = DefaultMinPackets)
    {
        var isOk = counters.Packets >= minPackets || state.Histories.Any(history => history.Distinct > 0);
        return new DeviceStatus(isOk, isOk ? "" : $"low packets_total={counters.Packets}");
    }
}
