using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Identity;

/// <summary>A MAC address turned out to be a router.</summary>
/// <param name="Router">The MAC address.</param>
/// <param name="Behind">Addresses that were taken for its own so far, text form, in the order they came.</param>
/// <param name="Earlier">
/// The ClientHellos that were given to it, now of the clients behind it: the first of each client and JA4, reduced to what a device
/// decides on; likewise the first signals of each client and content. In the order of their time, which they carry, with the frame of the
/// observation that gave the router away, at which they are told; the caller numbers their <see cref="Observation.Index"/>.
/// </param>
public sealed record RouterIdentification(MacAddress Router, IReadOnlyList<string> Behind, IReadOnlyList<Observation> Earlier);
