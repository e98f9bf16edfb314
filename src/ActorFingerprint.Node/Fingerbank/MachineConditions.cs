using System.Globalization;
using System.Net.NetworkInformation;
using ActorFingerprint.Core.Identification.Api.Sync;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>Whether this machine has a network and may work. A file that cannot be read tells nothing.</summary>
/// <param name="pausesUnderStrain">False never finds it strained.</param>
/// <param name="systemFolder">Where Linux tells of power supplies and temperatures: <c>/sys/class</c>.</param>
public sealed class MachineConditions(bool pausesUnderStrain, string systemFolder = MachineConditions.SystemFolder)
{
    /// <summary>The folder on a real machine.</summary>
    public const string SystemFolder = "/sys/class";

    /// <summary>The conditions now.</summary>
    public SyncConditions Read() => new(NetworkInterface.GetIsNetworkAvailable(), pausesUnderStrain ? Strain() : null);

    /// <summary><c>on battery</c>, <c>too warm</c>, or null.</summary>
    public string? Strain() => IsOnBattery() ? "on battery" : IsTooWarm() ? "too warm" : null;

    /// <summary>A battery of the machine itself discharges and no charger is connected. Mice have batteries, too (scope Device).</summary>
    private bool IsOnBattery()
    {
        var discharges = false;
        foreach (var supply in FoldersOf("power_supply"))
        {
            if (Line(supply, "scope") == "Device") continue;
            if (Line(supply, "online") == "1") return false;
            if (Line(supply, "type") == "Battery" && Line(supply, "status") == "Discharging") discharges = true;
        }
        return discharges;
    }

    /// <summary>A zone has reached a temperature at which the system slows the machine down or stops it.</summary>
    private bool IsTooWarm()
    {
        foreach (var zone in FoldersOf("thermal"))
        {
            if (Number(zone, "temp") is not { } now) continue;
            for (var trip = 0; Line(zone, $"trip_point_{trip}_type") is { } type; trip++)
                if (type is "passive" or "hot" or "critical"
                    && Number(zone, $"trip_point_{trip}_temp") is { } limit and > 0 && now >= limit) return true;
        }
        return false;
    }

    private string[] FoldersOf(string kind)
    {
        try
        {
            return Directory.GetDirectories(Path.Combine(systemFolder, kind));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static int? Number(string folder, string name) =>
        int.TryParse(Line(folder, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string? Line(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
