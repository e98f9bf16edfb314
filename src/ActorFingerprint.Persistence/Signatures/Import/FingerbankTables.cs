using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>The tables that combinations of a Fingerbank database point to, in memory.</summary>
internal sealed class FingerbankTables(ImportFile file)
{
    private const int MaxRows = 5_000_000;
    private const int MaxDepth = 16;
    private const string Devices = "device";

    private readonly Dictionary<string, Dictionary<string, string>> _values =
        Names.ToDictionary(name => name, _ => new Dictionary<string, string>());

    private readonly Dictionary<string, (string? Parent, bool IsMobile, bool IsTablet)> _devices = [];
    private readonly Dictionary<string, SignatureDevice> _built = [];
    private int _rows;

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Devices, "dhcp_fingerprint", "dhcp_vendor", "user_agent", "mac_vendor", "dhcp6_fingerprint", "dhcp6_enterprise"];

    /// <summary>True without a device.</summary>
    public bool IsEmpty => _devices.Count == 0;

    /// <summary>Takes a row; rows of other tables are passed over.</summary>
    public void Add(SqlRow row)
    {
        if (!_values.TryGetValue(row.Table, out var table) || row["id"] is not { } id) return;
        if (++_rows > MaxRows) throw file.Fault(row.Line, $"more than {MaxRows} rows of values: import the database in parts");
        if ((row.Table switch { Devices => row["name"], "mac_vendor" => row["mac"], _ => row["value"] }) is { } value) table[id] = value;
        if (row.Table == Devices) _devices[id] = (row["parent_id"], row["mobile"] == "1", row["tablet"] == "1");
    }

    /// <summary>A value of a table; null when the id is null or not there.</summary>
    public string? Value(string table, string? id) => id is null ? null : _values[table].GetValueOrDefault(id);

    /// <summary>The device with this id; null when it is not there.</summary>
    public SignatureDevice? Device(string? id)
    {
        if (id is null || !_devices.TryGetValue(id, out var row)) return null;
        if (_built.TryGetValue(id, out var known)) return known;
        List<string> names = [];
        for (var at = id; at is not null && names.Count < MaxDepth && _devices.TryGetValue(at, out var device); at = device.Parent)
            if (Value(Devices, at) is { } name) names.Insert(0, name);
        var built = names.Count == 0 ? null : FingerbankDevice.Of(names);
        if (built is null) return null;
        built = built with
        {
            IsMobile = built.IsMobile || row.IsMobile || row.IsTablet,
            IsTablet = built.IsTablet || row.IsTablet,
            Type = built.Type == DeviceType.Unknown && row.IsTablet ? DeviceType.Tablet : built.Type,
        };
        return _built[id] = built;
    }
}
