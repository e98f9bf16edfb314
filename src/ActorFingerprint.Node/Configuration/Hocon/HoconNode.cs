namespace ActorFingerprint.Node.Configuration.Hocon;

/// <summary>Where a value was written; prints as <c>file(line)</c>.</summary>
public readonly record struct HoconPosition(string File, int Line)
{
    /// <inheritdoc />
    public override string ToString() => $"{File}({Line})";
}

/// <summary>A configuration file that cannot be used. The message starts with <c>file(line): </c> and says how to write it.</summary>
public sealed class HoconException(HoconPosition at, string problem, Exception? inner = null) : Exception($"{at}: {problem}", inner)
{
    /// <summary>Where.</summary>
    public HoconPosition At { get; } = at;
}

/// <summary>A value of the tree, with the place it came from.</summary>
public abstract record HoconNode(HoconPosition At);

/// <summary>A scalar: unquoted, quoted or triple-quoted. Types and units are the reader's business, not the file's.</summary>
public sealed record HoconText(HoconPosition At, string Text) : HoconNode(At);

/// <summary>A list. A later list replaces an earlier one whole.</summary>
public sealed record HoconList(HoconPosition At, IReadOnlyList<HoconNode> Items) : HoconNode(At);

/// <summary>
/// <c>${path}</c> or <c>${?path}</c>: another key, else an environment variable. <paramref name="Earlier"/> is what the key held
/// before and keeps when an optional reference is unset.
/// </summary>
public sealed record HoconReference(HoconPosition At, string Path, bool IsOptional, HoconNode? Earlier) : HoconNode(At);

/// <summary>An object. Writing the same key twice merges objects and replaces everything else.</summary>
public sealed record HoconObject(HoconPosition At) : HoconNode(At)
{
    private readonly Dictionary<string, HoconNode> _fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The keys in no particular order (a configuration is a set of keys).</summary>
    public IReadOnlyDictionary<string, HoconNode> Fields => _fields;

    /// <summary>Sets a dotted key, making the objects on the way.</summary>
    public void Set(ReadOnlySpan<string> path, HoconNode value)
    {
        var name = path[0];
        _fields.TryGetValue(name, out var earlier);
        if (path.Length > 1)
        {
            var child = earlier as HoconObject ?? new HoconObject(value.At);
            child.Set(path[1..], value);
            _fields[name] = child;
            return;
        }
        if (value is HoconObject incoming && earlier is HoconObject existing) existing.Merge(incoming);
        else _fields[name] = value is HoconReference reference ? reference with { Earlier = earlier } : value;
    }

    /// <summary>Lays another object over this one.</summary>
    public void Merge(HoconObject over)
    {
        foreach (var (name, value) in over._fields) Set([name], value);
    }
}
