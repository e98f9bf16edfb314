using System.Collections.Frozen;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Core.Observations;

namespace ActorFingerprint.Core.Watchlists;

/// <summary>
/// What a value of a watchlist is compared with: <c>ja3</c>, <c>ja3s</c>, <c>ja4</c>, <c>sni</c>, <c>dhcp</c> (option 55 in wire order),
/// <c>dhcp-vendor</c> (option 60), <c>host-name</c>, or any kind of fact by its stored name (<c>hassh</c>, <c>user-agent</c>, …).
/// </summary>
public readonly record struct WatchlistType
{
    private const int FirstFact = 6;

    private WatchlistType(int number) => Number = number;

    /// <summary>MD5 of the JA3 string of a client hello.</summary>
    public static WatchlistType Ja3 => new(0);

    /// <summary>JA4 of a client hello.</summary>
    public static WatchlistType Ja4 => new(1);

    /// <summary>Server name of a client hello.</summary>
    public static WatchlistType Sni => new(2);

    /// <summary>Option 55 in wire order, decimal numbers joined by commas.</summary>
    public static WatchlistType Dhcp => new(3);

    /// <summary>DHCP option 60, escaped.</summary>
    public static WatchlistType DhcpVendor => new(4);

    /// <summary>A host name that a device gave.</summary>
    public static WatchlistType HostName => new(5);

    /// <summary>MD5 of the JA3S string of a server hello.</summary>
    public static WatchlistType Ja3S => Of(FactKind.Ja3S);

    /// <summary>Number of types; <see cref="Number"/> is below it.</summary>
    public static int Count => Table.Names.Length;

    /// <summary>Every name, sorted.</summary>
    public static IReadOnlyList<string> Known => [.. Table.Numbers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Place in tables.</summary>
    public int Number { get; }

    /// <summary>The name.</summary>
    public string Name => Table.Names[Number];

    /// <summary>The type of a kind of fact.</summary>
    public static WatchlistType Of(FactKind kind) => new(FirstFact + (int)kind);

    /// <summary>Reads a name, in any letter case.</summary>
    public static bool TryParse(string name, out WatchlistType type)
    {
        var isKnown = Table.Numbers.TryGetValue(name, out var number);
        type = new WatchlistType(number);
        return isKnown;
    }

    /// <inheritdoc />
    public override string ToString() => Name;

    /// <summary>Made when a list is read: whoever has none pays nothing.</summary>
    private static class Table
    {
        public static readonly string[] Names =
            ["ja3", "ja4", "sni", "dhcp", "dhcp-vendor", "host-name", .. Enum.GetValues<FactKind>().Select(NameOf)];

        public static readonly FrozenDictionary<string, int> Numbers = Names.Index().Where(name => name.Item.Length > 0)
            .ToFrozenDictionary(name => name.Item, name => name.Index, StringComparer.OrdinalIgnoreCase);

        /// <summary>A hit is no value to look for.</summary>
        private static string NameOf(FactKind kind) => kind == FactKind.WatchlistHit ? "" : StoredNames.Of(kind);
    }
}
