using System.Text.RegularExpressions;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Persistence.Signatures.Curated;

/// <summary>
/// The devices of the curated tables, by id. A device has from its parent what it does not say itself: type, vendor, system, flags; not the
/// model. Parents may stand below their children.
/// </summary>
internal sealed partial class DeviceTree
{
    private const string Mobile = "mobile";
    private const string Tablet = "tablet";

    private static readonly string[] Columns = ["id", "parent", "name", "type", "vendor", "model", "os", "flags"];
    private static readonly string[] TypeNames = [.. Enum.GetValues<DeviceType>().Select(DeviceTypes.Name)];

    private readonly Dictionary<string, Node> _nodes = [];
    private readonly List<Node> _inOrder = [];

    private DeviceTree()
    {
    }

    /// <summary>The devices, in the order of the file.</summary>
    public IReadOnlyList<SignatureDevice> All => [.. _inOrder.Select(node => node.Device)];

    /// <summary>Reads the table; throws <see cref="CuratedTableException"/>.</summary>
    public static DeviceTree Read(TableFile file)
    {
        var tree = new DeviceTree();
        foreach (var row in file.Read(Columns)) tree.Add(row);
        HashSet<string> paths = new(StringComparer.OrdinalIgnoreCase);
        foreach (var node in tree._inOrder)
        {
            tree.Resolve(node);
            if (!paths.Add(node.Device.Path)) throw node.Row.Error($"another device has the path {node.Device.Path}");
        }
        return tree;
    }

    /// <summary>The device of an id, from now on in use; null when there is none.</summary>
    public SignatureDevice? Use(string id)
    {
        if (!_nodes.TryGetValue(id, out var node)) return null;
        for (var at = node; at is { IsUsed: false }; at = at.Parent) at.IsUsed = true;
        return node.Device;
    }

    /// <summary>Refuses a device that neither a rule nor a device below it uses.</summary>
    public void ThrowIfUnused()
    {
        if (_inOrder.Find(node => !node.IsUsed) is { } unused) throw unused.Row.Error($"no rule speaks for '{unused.Id}'");
    }

    private void Add(TableRow row)
    {
        var node = new Node(row.Need(0, "id"), row);
        if (!IdForm().IsMatch(node.Id)) throw row.Error($"'{node.Id}' is no id: write lower-case letters, digits, dots and hyphens");
        if (!_nodes.TryAdd(node.Id, node)) throw row.Error($"the id '{node.Id}' is taken");
        _inOrder.Add(node);
    }

    /// <summary>Gives a device and those above it their paths, from the root down.</summary>
    private void Resolve(Node node)
    {
        Stack<Node> pending = [];
        for (var at = node; at is { IsResolved: false }; at = ParentOf(at))
        {
            if (pending.Contains(at)) throw node.Row.Error($"'{node.Id}' stands below itself");
            pending.Push(at);
        }
        while (pending.TryPop(out var next)) Fill(next);
    }

    private Node? ParentOf(Node node)
    {
        if (node.Row[1] is not { } id) return null;
        return node.Parent = _nodes.GetValueOrDefault(id) ?? throw node.Row.Error($"no device '{id}' to be the parent");
    }

    private static void Fill(Node node)
    {
        var row = node.Row;
        var above = node.Parent?.Device;
        var type = above?.Type ?? DeviceType.Unknown;
        if (row[3] is { } name && (!DeviceTypes.TryParse(name, out type) || DeviceTypes.Name(type) != name))
            throw row.Error($"'{name}' is no type: write one of {string.Join(", ", TypeNames)}");
        var flags = row[7]?.Split(',') ?? [];
        if (Array.Find(flags, flag => flag is not (Mobile or Tablet)) is { } unknown)
            throw row.Error($"'{unknown}' is no flag: write {Mobile}, {Tablet} or both with a comma");
        var own = row.Need(2, "name");
        node.Device = new SignatureDevice(DevicePath.Of([.. above is null ? [] : DevicePath.Split(above.Path), own]))
        {
            Type = type,
            Vendor = row[4] ?? above?.Vendor,
            Model = row[5],
            Os = row[6] ?? above?.Os,
            IsMobile = flags.Contains(Mobile) || above is { IsMobile: true },
            IsTablet = flags.Contains(Tablet) || above is { IsTablet: true },
        };
        node.IsResolved = true;
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]*\z")]
    private static partial Regex IdForm();

    private sealed class Node(string id, TableRow row)
    {
        public string Id { get; } = id;

        public TableRow Row { get; } = row;

        public Node? Parent { get; set; }

        public SignatureDevice Device { get; set; } = new("");

        public bool IsResolved { get; set; }

        public bool IsUsed { get; set; }
    }
}
