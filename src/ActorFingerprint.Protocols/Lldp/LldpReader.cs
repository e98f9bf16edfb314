using System.Buffers.Binary;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Protocols.Lldp;

/// <summary>
/// Reads an LLDP data unit (IEEE 802.1AB §8) with the inventory of LLDP-MED (TIA-1057 §10.2.6); other organisations' parts are skipped.
/// </summary>
internal static class LldpReader
{
    /// <summary>Management addresses that are kept.</summary>
    public const int MaxAddresses = 4;

    private const int MaxIdLength = 256;

    /// <summary>Null without chassis id, port id and time to live as the first three parts, in this order: the unit is void then.</summary>
    public static LldpUnit? TryRead(ReadOnlySpan<byte> bytes, out bool isFaulty)
    {
        var reader = new LldpTlvReader(bytes);
        isFaulty = true;
        if (!TryReadId(ref reader, LldpTlv.ChassisId, out var chassis) || !TryReadId(ref reader, LldpTlv.PortId, out var port)) return null;
        if (!reader.TryRead(out var type, out var value) || type != LldpTlv.TimeToLive || value.Length < 2) return null;
        var unit = new LldpUnit
        {
            ChassisId = LldpId.OfChassis(chassis),
            PortId = LldpId.OfPort(port),
            TimeToLive = BinaryPrimitives.ReadUInt16BigEndian(value),
        };
        while (reader.TryRead(out type, out value)) unit = With(unit, type, value);
        isFaulty = reader.IsFaulty;
        return unit;
    }

    private static bool TryReadId(ref LldpTlvReader reader, int wanted, out ReadOnlySpan<byte> value) =>
        reader.TryRead(out var type, out value) && type == wanted && value.Length is >= 2 and <= MaxIdLength;

    /// <summary>The first of a kind counts.</summary>
    private static LldpUnit With(LldpUnit unit, int type, ReadOnlySpan<byte> value) => type switch
    {
        LldpTlv.PortDescription when unit.PortDescription is null => unit with { PortDescription = Text(value) },
        LldpTlv.SystemName when unit.SystemName is null => unit with { SystemName = Text(value) },
        LldpTlv.SystemDescription when unit.SystemDescription is null => unit with { SystemDescription = Text(value) },
        LldpTlv.Capabilities when unit.Capabilities is null => unit with { Capabilities = LldpCapabilities.Enabled(value) },
        LldpTlv.ManagementAddress => WithAddress(unit, value),
        LldpTlv.Organization => WithInventory(unit, value),
        _ => unit,
    };

    private static LldpUnit WithAddress(LldpUnit unit, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] >= value.Length || unit.ManagementAddresses.Count == MaxAddresses) return unit;
        var address = LldpId.ReadAddress(value.Slice(1, value[0]));
        return address.IsNone || unit.ManagementAddresses.Contains(address)
            ? unit
            : unit with { ManagementAddresses = [.. unit.ManagementAddresses, address] };
    }

    /// <summary>A part of an organisation: LLDP-MED has the OUI 00-12-BB.</summary>
    private static LldpUnit WithInventory(LldpUnit unit, ReadOnlySpan<byte> value)
    {
        if (value is not [0x00, 0x12, 0xBB, var subtype, .. var content]) return unit;
        return subtype switch
        {
            1 when unit.DeviceClass is null && content is [_, _, var deviceClass, ..] => unit with { DeviceClass = deviceClass },
            5 when unit.Hardware is null => unit with { Hardware = Text(content) },
            6 when unit.Firmware is null => unit with { Firmware = Text(content) },
            7 when unit.Software is null => unit with { Software = Text(content) },
            9 when unit.Manufacturer is null => unit with { Manufacturer = Text(content) },
            10 when unit.Model is null => unit with { Model = Text(content) },
            _ => unit,
        };
    }

    /// <summary>Null for text that is empty without the NULs behind it, so that a later one may count.</summary>
    private static string? Text(ReadOnlySpan<byte> value) =>
        value.TrimEnd((byte)0) is { IsEmpty: false } text ? BoundedText.Escape(text) : null;
}
