using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Identification;

/// <summary>What a device is for. The text form of a member is the storage format: members are only added.</summary>
public enum DeviceType : byte
{
    /// <summary>Not known, or not known well enough to say.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
    /// <summary>Television, streaming stick or set-top box.</summary>
    [JsonStringEnumMemberName("smartTV")]
    SmartTV,
    /// <summary>Loudspeaker, voice assistant, sound bar, audio receiver.</summary>
    [JsonStringEnumMemberName("speaker")]
    Speaker,
    /// <summary>Network camera, doorbell with a camera, baby monitor, video recorder.</summary>
    [JsonStringEnumMemberName("camera")]
    Camera,
    /// <summary>Thermostat or heating control.</summary>
    [JsonStringEnumMemberName("thermostat")]
    Thermostat,
    /// <summary>Lamp, light strip or wall switch of lamps.</summary>
    [JsonStringEnumMemberName("light")]
    Light,
    /// <summary>Switched socket.</summary>
    [JsonStringEnumMemberName("plug")]
    Plug,
    /// <summary>Bridge between the network and devices of another radio or bus.</summary>
    [JsonStringEnumMemberName("hub")]
    Hub,
    /// <summary>Printer, scanner or print server.</summary>
    [JsonStringEnumMemberName("printer")]
    Printer,
    /// <summary>Network storage.</summary>
    [JsonStringEnumMemberName("nas")]
    Nas,
    /// <summary>Desktop or portable computer.</summary>
    [JsonStringEnumMemberName("computer")]
    Computer,
    /// <summary>Mobile telephone.</summary>
    [JsonStringEnumMemberName("phone")]
    Phone,
    /// <summary>Tablet or reader.</summary>
    [JsonStringEnumMemberName("tablet")]
    Tablet,
    /// <summary>Router, gateway, firewall or switch.</summary>
    [JsonStringEnumMemberName("router")]
    Router,
    /// <summary>Wireless access point, repeater or mesh node.</summary>
    [JsonStringEnumMemberName("accessPoint")]
    AccessPoint,
    /// <summary>Household device: kitchen, cleaning, health, garden.</summary>
    [JsonStringEnumMemberName("appliance")]
    Appliance,
    /// <summary>Detector of motion, water, smoke, air or weather. An <see cref="Appliance"/>.</summary>
    [JsonStringEnumMemberName("sensor")]
    Sensor,
    /// <summary>Games console. A <see cref="Computer"/>.</summary>
    [JsonStringEnumMemberName("console")]
    Console,
    /// <summary>Watch, band, glasses. A <see cref="Phone"/>.</summary>
    [JsonStringEnumMemberName("wearable")]
    Wearable,
    /// <summary>Telephone on a desk or its adapter. A <see cref="Phone"/>.</summary>
    [JsonStringEnumMemberName("voipPhone")]
    VoipPhone,
    /// <summary>Computer that serves others, machines of a hypervisor included. A <see cref="Computer"/>.</summary>
    [JsonStringEnumMemberName("server")]
    Server,
    /// <summary>Car, charger of cars, vehicle's box. An <see cref="Appliance"/>.</summary>
    [JsonStringEnumMemberName("vehicle")]
    Vehicle,
}

/// <summary>The order among <see cref="DeviceType"/>s, and their names.</summary>
public static class DeviceTypes
{
    private static readonly string[] Names = [.. Enum.GetValues<DeviceType>().Select(NameIn)];

    /// <summary>The wider type that this one is a kind of; itself for the sixteen of the specification.</summary>
    public static DeviceType Parent(DeviceType type) => type switch
    {
        DeviceType.Sensor or DeviceType.Vehicle => DeviceType.Appliance,
        DeviceType.Console or DeviceType.Server => DeviceType.Computer,
        DeviceType.Wearable or DeviceType.VoipPhone => DeviceType.Phone,
        _ => type,
    };

    /// <summary>True when both can be said of one device: they are equal, or one is the other's parent.</summary>
    public static bool AreCompatible(DeviceType a, DeviceType b) => a == b || Parent(a) == b || Parent(b) == a;

    /// <summary>The name of the wire and of files: <c>smartTV</c>.</summary>
    public static string Name(DeviceType type) => Names[(int)type];

    /// <summary>Reads a name in any case.</summary>
    public static bool TryParse(string? name, out DeviceType type)
    {
        var index = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        type = index < 0 ? DeviceType.Unknown : (DeviceType)index;
        return index >= 0;
    }

    private static string NameIn(DeviceType type) =>
        type == DeviceType.SmartTV ? "smartTV" : char.ToLowerInvariant(type.ToString()[0]) + type.ToString()[1..];
}
