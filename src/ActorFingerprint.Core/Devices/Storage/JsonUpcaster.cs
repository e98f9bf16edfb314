using System.Text.Json.Nodes;

namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>
/// Turns the JSON of one manifest into that of the next, so that old events stay readable. Chains: v1 → v2 → v3 needs two.
/// <paramref name="Upcast"/> gets an object of its own and may change and return it.
/// </summary>
public sealed record JsonUpcaster(string From, string To, Func<JsonObject, JsonObject> Upcast);
