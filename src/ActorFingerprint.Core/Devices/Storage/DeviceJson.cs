using System.Text.Json;
using System.Text.Json.Serialization;
using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>
/// The storage format of the device domain: UTF-8 JSON, camel case, null members and computed ones left out. Sample files under
/// tests/data/events hold it still, byte for byte. A member of a constructor without default must be in the JSON.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(DeviceKeyConverter), typeof(NetworkAddressConverter)])]
[JsonSerializable(typeof(DeviceEvent.FirstSeen))]
[JsonSerializable(typeof(DeviceEvent.FingerprintObserved))]
[JsonSerializable(typeof(DeviceEvent.AddressObserved))]
[JsonSerializable(typeof(DeviceEvent.HostNameObserved))]
[JsonSerializable(typeof(DeviceEvent.FactObserved))]
[JsonSerializable(typeof(DeviceEvent.ChurnDetected))]
[JsonSerializable(typeof(DeviceEvent.ChurnSuppressed))]
[JsonSerializable(typeof(DeviceEvent.RouterIdentified))]
[JsonSerializable(typeof(DeviceEvent.Classified))]
[JsonSerializable(typeof(DeviceEvent.Labelled))]
[JsonSerializable(typeof(DeviceEvent.RetentionApplied))]
[JsonSerializable(typeof(DeviceEvent.Erased))]
[JsonSerializable(typeof(DeviceDelta))]
[JsonSerializable(typeof(DeviceSnapshot))]
public sealed partial class DeviceJson : JsonSerializerContext;

/// <summary><see cref="DeviceKey"/> as its text form.</summary>
public sealed class DeviceKeyConverter : JsonConverter<DeviceKey>
{
    /// <inheritdoc />
    public override DeviceKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DeviceKey.TryParse(reader.GetString(), out var key) ? key : throw new JsonException("this is no device key");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DeviceKey value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary><see cref="NetworkAddress"/> as its text form.</summary>
public sealed class NetworkAddressConverter : JsonConverter<NetworkAddress>
{
    /// <inheritdoc />
    public override NetworkAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        NetworkAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("this is no network address");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, NetworkAddress value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
