using System.Text.Json.Serialization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Identity;

/// <summary>
/// The facts of an observation that crossed a link, kept until its MAC address turns out to be a router or is forgotten.
/// </summary>
internal sealed record RememberedSignal(
    int Vlan,
    NetworkAddress Source,
    int SourcePort,
    NetworkAddress? Destination,
    int DestinationPort,
    long AtTicks,
    int WireLength,
    string Protocol,
    string Event,
    IReadOnlyList<DeviceFact> Facts)
{
    [JsonIgnore]
    public VlanAddress Client => new(Vlan, Source);

    public static RememberedSignal Of(SignalObservation observation) => new(
        observation.Vlan,
        observation.Source,
        observation.SourcePort,
        observation.Destination.IsNone ? null : observation.Destination,
        observation.DestinationPort,
        observation.AtTicks,
        observation.WireLength,
        observation.Protocol,
        observation.Event,
        observation.Facts);

    /// <summary>True when it tells of the same client the same.</summary>
    public bool Equals(VlanAddress client, SignalObservation observation) =>
        Client == client && Protocol == observation.Protocol && Facts.SequenceEqual(observation.Facts);

    /// <summary>
    /// The observation again, of the client behind the router: told of at <paramref name="frame"/>, seen at its own time.
    /// </summary>
    public RelayedObservation Attribute(DeviceKey client, MacAddress router, long frame)
    {
        var origin = new Origin
        {
            Device = client,
            AtTicks = AtTicks,
            Frame = frame,
            WireLength = WireLength,
            LinkAddress = router,
            Vlan = Vlan,
            Source = Source,
            SourcePort = SourcePort,
            Destination = Destination ?? default,
            DestinationPort = DestinationPort,
        };
        var observation = new RelayedObservation(origin, Protocol, Event) { Facts = Facts };
        observation.AttributeTo(client, router);
        return observation;
    }
}
