namespace ActorFingerprint.Core.Observations;

/// <summary>What a message of the browser service is (MS-BRWS §2.2).</summary>
public enum BrowserCommand : byte
{
    /// <summary>A host tells of itself.</summary>
    HostAnnouncement = 1,
    /// <summary>Asks hosts to tell of themselves.</summary>
    AnnouncementRequest = 2,
    /// <summary>A candidate for master browser.</summary>
    Election = 8,
    /// <summary>Asks for browsers.</summary>
    BackupListRequest = 9,
    /// <summary>Lists browsers.</summary>
    BackupListResponse = 10,
    /// <summary>Makes another host a browser.</summary>
    BecomeBackup = 11,
    /// <summary>A master browser tells of its workgroup.</summary>
    DomainAnnouncement = 12,
    /// <summary>A master browser is told of another.</summary>
    MasterAnnouncement = 13,
    /// <summary>Resets a browser.</summary>
    ResetState = 14,
    /// <summary>A host tells of itself as its workgroup's master browser.</summary>
    LocalMasterAnnouncement = 15,
}

/// <summary>A message of the browser service inside a NetBIOS datagram. Immutable. Texts are escaped.</summary>
public sealed record BrowserAnnouncement
{
    /// <summary>What it is; other numbers than those named occur.</summary>
    public BrowserCommand Command { get; init; }

    /// <summary>
    /// Host of the announcements and of an election, workgroup of <see cref="BrowserCommand.DomainAnnouncement"/>; else null.
    /// </summary>
    public string? Server { get; init; }

    /// <summary>Operating system, major version, in announcements; else null.</summary>
    public byte? OsMajor { get; init; }

    /// <summary>Operating system, minor version, in announcements; else null.</summary>
    public byte? OsMinor { get; init; }

    /// <summary>Server type bits in announcements; else null.</summary>
    public uint? ServerType { get; init; }

    /// <summary>Comment of a host; null when there is none.</summary>
    public string? Comment { get; init; }

    /// <summary>Master browser of the workgroup, in <see cref="BrowserCommand.DomainAnnouncement"/>; else null.</summary>
    public string? Master { get; init; }

    /// <summary>True when <see cref="Server"/> is the host that sent it.</summary>
    public bool IsOfSender => Command is BrowserCommand.HostAnnouncement or BrowserCommand.LocalMasterAnnouncement;
}
