using System.Diagnostics.CodeAnalysis;

namespace ActorFingerprint.Core.Observations;

/// <summary>What an SSDP message is for.</summary>
public enum SsdpKind : byte
{
    /// <summary><c>NOTIFY</c> without a sub-type that is known.</summary>
    Notify,
    /// <summary><c>NOTIFY</c> with <c>ssdp:alive</c>: an advert.</summary>
    Alive,
    /// <summary><c>NOTIFY</c> with <c>ssdp:update</c>: an advert again, after a change.</summary>
    Update,
    /// <summary><c>NOTIFY</c> with <c>ssdp:byebye</c>: the device leaves.</summary>
    Byebye,
    /// <summary><c>M-SEARCH</c>.</summary>
    Search,
    /// <summary>Answer 200 to a search: an advert.</summary>
    Answer,
    /// <summary>Another answer.</summary>
    Refusal,
}

/// <summary>
/// The start line and the headers of an SSDP message that tell of its sender (UPnP Device Architecture 2.0 §1), escaped and bounded; null
/// when absent, the first one when repeated. Immutable; shared between observations of equal messages.
/// </summary>
public sealed record SsdpMessage
{
    /// <summary>What it is for.</summary>
    public SsdpKind Kind { get; init; }

    /// <summary>Start line.</summary>
    public required string StartLine { get; init; }

    /// <summary>SERVER: system, UPnP version and product.</summary>
    public string? Server { get; init; }

    /// <summary>LOCATION of the description; never fetched, and possibly on another host.</summary>
    public string? Location { get; init; }

    /// <summary>USN.</summary>
    public string? UniqueServiceName { get; init; }

    /// <summary>ST.</summary>
    public string? SearchTarget { get; init; }

    /// <summary>NT.</summary>
    public string? NotificationType { get; init; }

    /// <summary>NTS.</summary>
    public string? NotificationSubType { get; init; }

    /// <summary>USER-AGENT.</summary>
    public string? UserAgent { get; init; }
}

/// <summary>One SSDP message.</summary>
public sealed class SsdpObservation : DiscoveryObservation
{
    /// <summary>Made at an origin.</summary>
    [SetsRequiredMembers]
    public SsdpObservation(in Origin origin, SsdpMessage message) : base(origin) => Message = message;

    /// <inheritdoc />
    public override string Protocol => "ssdp";

    /// <inheritdoc />
    public override string Event => Message.Kind switch
    {
        SsdpKind.Alive => "alive",
        SsdpKind.Update => "update",
        SsdpKind.Byebye => "byebye",
        SsdpKind.Search => "search",
        SsdpKind.Answer => "answer",
        SsdpKind.Refusal => "refusal",
        _ => "notify",
    };

    /// <summary>What it says.</summary>
    public SsdpMessage Message { get; }
}
