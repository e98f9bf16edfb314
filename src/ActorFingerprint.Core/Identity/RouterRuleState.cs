using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Identity;

/// <summary>The addresses that DHCP bound to a MAC address.</summary>
internal sealed record BoundAddresses(MacAddress Mac, List<VlanAddress> Addresses);

/// <summary>A MAC address under watch.</summary>
internal sealed record WatchedMac(MacAddress Mac, RouterCandidate Seen);

/// <summary>The stored form of a <see cref="RouterRule"/>; every list runs from least to most recently used.</summary>
internal sealed record RouterRuleState(List<MacAddress> Routers, List<BoundAddresses> Bound, List<WatchedMac> Candidates)
{
    public static RouterRuleState Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RouterRuleJson.Default.RouterRuleState) ?? throw new JsonException("null is no state");
        }
        catch (JsonException error)
        {
            throw new FormatException($"this is no saved router rule: {error.Message}", error);
        }
    }

    public string Write() => JsonSerializer.Serialize(this, RouterRuleJson.Default.RouterRuleState);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters = [typeof(MacAddressConverter), typeof(NetworkAddressConverter)])]
[JsonSerializable(typeof(RouterRuleState))]
internal sealed partial class RouterRuleJson : JsonSerializerContext;

/// <summary><see cref="MacAddress"/> as its text form.</summary>
internal sealed class MacAddressConverter : JsonConverter<MacAddress>
{
    public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        MacAddress.TryParse(reader.GetString(), out var mac) ? mac : throw new JsonException("this is no MAC address");

    public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
