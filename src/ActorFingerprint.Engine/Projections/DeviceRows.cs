using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Vendors;

namespace ActorFingerprint.Engine.Projections;

/// <summary>The row of a device made from its state and counters, without a read side: for scans that keep nothing, and for replays. Pure.</summary>
public static class DeviceRows
{
    /// <summary>The row of a device that exists.</summary>
    public static DeviceRow Of(DeviceState state, DeviceCounters counters, int minPackets)
    {
        var first = state.FirstSeen ?? throw new ArgumentException("the device was never seen", nameof(state));
        var isMac = first.Device.Kind == DeviceKeyKind.Mac;
        var status = DeviceStatus.Of(state, counters, minPackets);
        var features = DeviceFeatures.ToCanonicalJson(state);
        return new DeviceRow
        {
            Key = first.Device.ToString(),
            Mac = isMac ? first.Device.Mac.ToString() : null,
            Label = state.Label,
            Vendor = isMac ? VendorTable.Embedded.Find(first.Device.Mac) : null,
            IsLocallyAdministered = first.IsLocallyAdministered,
            Via = first.Via,
            FingerprintHash = features is null ? null : DeviceFeatures.Hash(features),
            FeaturesJson = features,
            PacketsTotal = counters.Packets,
            DataBytes = counters.Bytes,
            FirstSeenTicks = counters.Packets == 0 ? first.AtTicks : Math.Min(first.AtTicks, counters.FirstTicks),
            LastSeenTicks = Math.Max(first.AtTicks, counters.LastTicks),
            UpdatedTicks = Math.Max(first.AtTicks, counters.LastTicks),
            Status = status.Text,
            Reason = status.Reason,
            Addresses = [.. state.Addresses.Select(known => known.Address.ToString())],
            HostNames = [.. state.HostNames.Select(known => known.Name).Distinct()],
            Hours = counters.Hours ?? [],
            DhcpList = NewestDhcpList(state),
            DistinctJa4 = state.History(FingerprintKind.Ja4).Distinct,
            IsRouter = state.IsRouter,
            Identity = IdentityOf(state),
        };
    }

    /// <summary>What it was taken for last; null before the first answer.</summary>
    public static IdentityRow? IdentityOf(DeviceState state) => state.Classification is not { } answer
        ? null
        : new IdentityRow(DeviceTypes.Name(answer.Type), answer.Confidence, answer.Vendor, answer.Model, answer.Os);

    /// <summary>The ordered DHCP list that came last, of any message type; null when there is none.</summary>
    public static string? NewestDhcpList(DeviceState state) => state.Histories
        .Take((int)FingerprintKind.Ja4)
        .Select(history => history.Newest)
        .MaxBy(value => value?.Number ?? 0)?.Value;
}
