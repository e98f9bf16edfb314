using System.Text.Json.Serialization;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Fingerprints;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Identity;

/// <summary>What a device decider needs of a ClientHello, kept until its MAC address turns out to be a router or is forgotten.</summary>
internal sealed record RememberedHello(
    int Vlan,
    NetworkAddress Source,
    int SourcePort,
    NetworkAddress? Destination,
    int DestinationPort,
    long AtTicks,
    int WireLength,
    string Ja4,
    string Ja3,
    string Sni,
    byte[]? Alpn,
    bool HasEch,
    bool IsPartial)
{
    [JsonIgnore]
    public VlanAddress Client => new(Vlan, Source);

    public static RememberedHello Of(ClientHelloObservation observation) => new(
        observation.Vlan,
        observation.Source,
        observation.SourcePort,
        observation.Destination.IsNone ? null : observation.Destination,
        observation.DestinationPort,
        observation.AtTicks,
        observation.WireLength,
        observation.Hello.Ja4,
        observation.Hello.Ja3,
        FingerprintFeatures.Bounded(observation.Hello.Sni),
        observation.Hello.Alpn is [var first, ..] ? first : null,
        observation.Hello.HasEch,
        observation.IsPartial);

    /// <summary>
    /// The observation again, of the client behind the router: told of at <paramref name="frame"/>, seen at its own time.
    /// </summary>
    public ClientHelloObservation Attribute(DeviceKey client, MacAddress router, long frame)
    {
        var observation = new ClientHelloObservation
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
            IsPartial = IsPartial,
            Hello = new ClientHello
            {
                LegacyVersion = 0,
                CipherSuites = [],
                Extensions = [],
                Alpn = Alpn is null ? null : [Alpn],
                Sni = Sni,
                HasSni = Sni.Length > 0,
                HasEch = HasEch,
                Ja3 = Ja3,
                Ja4 = Ja4,
            },
        };
        observation.AttributeTo(client, router);
        return observation;
    }
}
