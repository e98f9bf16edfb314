namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>
/// Stored type tags of device events, deltas and snapshots. A tag means one JSON shape for ever; a new shape is a new tag.
/// </summary>
public static class DeviceManifests
{
    /// <summary><see cref="DeviceEvent.FirstSeen"/>.</summary>
    public const string FirstSeen = "device.first-seen.v1";
    /// <summary><see cref="DeviceEvent.FingerprintObserved"/>.</summary>
    public const string FingerprintObserved = "device.fingerprint-observed.v1";
    /// <summary><see cref="DeviceEvent.AddressObserved"/>.</summary>
    public const string AddressObserved = "device.address-observed.v1";
    /// <summary><see cref="DeviceEvent.HostNameObserved"/>.</summary>
    public const string HostNameObserved = "device.host-name-observed.v1";
    /// <summary><see cref="DeviceEvent.Classified"/>.</summary>
    public const string Classified = "device.classified.v1";

    /// <summary><see cref="DeviceEvent.FactObserved"/>.</summary>
    public const string FactObserved = "device.fact-observed.v1";
    /// <summary><see cref="DeviceEvent.ChurnDetected"/>.</summary>
    public const string ChurnDetected = "device.churn-detected.v1";
    /// <summary><see cref="DeviceEvent.ChurnSuppressed"/>.</summary>
    public const string ChurnSuppressed = "device.churn-suppressed.v1";
    /// <summary><see cref="DeviceEvent.RouterIdentified"/>.</summary>
    public const string RouterIdentified = "device.router-identified.v1";
    /// <summary><see cref="DeviceEvent.Labelled"/>.</summary>
    public const string Labelled = "device.labelled.v1";
    /// <summary><see cref="DeviceEvent.RetentionApplied"/>.</summary>
    public const string RetentionApplied = "device.retention-applied.v1";
    /// <summary><see cref="DeviceEvent.Erased"/>.</summary>
    public const string DeviceErased = "device.erased.v1";
    /// <summary>An event whose payload was overwritten by an erasure or the retention: it means nothing any more.</summary>
    public const string Erased = "erased.v1";
    /// <summary><see cref="DeviceSnapshot"/>.</summary>
    public const string Snapshot = "device.snapshot.v1";
}
