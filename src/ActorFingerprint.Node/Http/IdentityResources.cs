using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Http;

/// <summary>What a device is, worked out now from all that it showed, and why (docs/identification.md).</summary>
/// <param name="Key">The device.</param>
/// <param name="Type">Type; <c>unknown</c> below the threshold.</param>
/// <param name="ParentType">The wider type that it is a kind of; the same for types without one.</param>
/// <param name="Confidence">How sure the best candidate is, 0 to 1.</param>
/// <param name="Vendor">Who made it; the maker of its network interface when nothing better tells.</param>
/// <param name="Model">Model.</param>
/// <param name="Os">Operating system family.</param>
/// <param name="IsLocallyAdministered">The U/L bit of its MAC address is set; by itself no sign of privacy.</param>
/// <param name="PrivacyAddressLikelihood">How likely the address was made at random, 0 to 1.</param>
/// <param name="Database">Version of the signatures.</param>
/// <param name="Candidates">Types considered, the surest first.</param>
/// <param name="Evidence">Reasons, the strongest first.</param>
/// <param name="Journaled">The answer as journaled last; null before the first.</param>
public sealed record IdentityResource(
    string Key, string Type, string ParentType, double Confidence, string? Vendor, string? Model, string? Os, bool IsLocallyAdministered,
    double PrivacyAddressLikelihood, string Database, IReadOnlyList<CandidateResource> Candidates, IReadOnlyList<EvidenceResource> Evidence,
    JournaledIdentityResource? Journaled)
{
    /// <summary>Works it out.</summary>
    public static IdentityResource Of(DeviceRow row, DeviceState state, SignatureBases signatures, ExternalAnswer? answer = null)
    {
        var identity = signatures.Classifier!.Identify(state, CountersOf(row), answer);
        var mac = MacAddress.TryParse(row.Mac ?? "", out var parsed) ? parsed : MacAddress.None;
        return new IdentityResource(
            row.Key, DeviceTypes.Name(identity.Type), DeviceTypes.Name(DeviceTypes.Parent(identity.Type)), identity.Confidence, identity.Vendor,
            identity.Model, identity.Os, row.IsLocallyAdministered, PrivacyAddress.Likelihood(mac), signatures.Version,
            [.. identity.Candidates.Select(candidate => new CandidateResource(DeviceTypes.Name(candidate.Type), candidate.Confidence))],
            [.. identity.Evidence.Select(EvidenceResource.Of)], JournaledIdentityResource.Of(state.Classification));
    }

    /// <summary>What the classifier needs of the counters, from the read side.</summary>
    private static DeviceCounters CountersOf(DeviceRow row) => new()
    {
        Packets = row.PacketsTotal,
        Bytes = row.DataBytes,
        FirstTicks = row.FirstSeenTicks,
        LastTicks = row.LastSeenTicks,
        Hours = row.Hours,
    };
}

/// <summary>A type that was considered.</summary>
public sealed record CandidateResource(string Type, double Confidence);

/// <summary>A reason: a value that the device showed met a signature.</summary>
/// <param name="Source">Source of evidence.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Value">The value.</param>
/// <param name="Rule">The signature's pattern.</param>
/// <param name="Origin">Where the signature comes from.</param>
/// <param name="Quality">How well the value met it.</param>
/// <param name="Device">The kind of device that the signature speaks for.</param>
/// <param name="Type">Its type.</param>
/// <param name="Vendor">Its vendor.</param>
/// <param name="Model">Its model.</param>
/// <param name="Os">Its operating system family.</param>
/// <param name="Support">How much it supports the answer, 0 to 1.</param>
/// <param name="At">Frame time of the packet that first showed the value.</param>
public sealed record EvidenceResource(
    string Source, string Kind, string Value, string Rule, string Origin, string Quality, string Device, string Type, string? Vendor, string? Model,
    string? Os, double Support, DateTime At)
{
    /// <summary>From the classifier's.</summary>
    public static EvidenceResource Of(Evidence evidence) => new(
        StoredNames.Of(evidence.Source), StoredNames.Of(evidence.Kind), evidence.Value, evidence.Rule, evidence.Origin, StoredNames.Of(evidence.Quality),
        evidence.Device, DeviceTypes.Name(evidence.Type), evidence.Vendor, evidence.Model, evidence.Os, evidence.Support, Times.Utc(evidence.AtTicks));
}

/// <summary>An answer as journaled.</summary>
public sealed record JournaledIdentityResource(
    string Type, double Confidence, string? Vendor, string? Model, string? Os, string Database, DateTime At)
{
    /// <summary>From its event.</summary>
    public static JournaledIdentityResource? Of(DeviceEvent.Classified? answer) => answer is null ? null : new(
        DeviceTypes.Name(answer.Type), answer.Confidence, answer.Vendor, answer.Model, answer.Os, answer.Database, Times.Utc(answer.AtTicks));
}
