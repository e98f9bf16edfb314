namespace ActorFingerprint.Node.Configuration.Hocon;

/// <summary>A configuration value as text, and where it was written.</summary>
public readonly record struct HoconSetting(string? Value, HoconPosition At);

/// <summary>
/// Turns a merged tree into the flat keys of Microsoft.Extensions.Configuration (<c>http:port</c>, <c>capture:interfaces:0</c>),
/// following references. An empty list is the empty text at its own key.
/// </summary>
internal sealed class HoconResolver(HoconObject root, Func<string, string?> environment)
{
    private readonly Dictionary<string, HoconSetting> _settings = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<HoconReference> _following = new(ReferenceEqualityComparer.Instance);

    public static IReadOnlyDictionary<string, HoconSetting> Flatten(HoconObject root, Func<string, string?> environment)
    {
        var resolver = new HoconResolver(root, environment);
        resolver.AddFields("", root);
        return resolver._settings;
    }

    private void AddFields(string prefix, HoconObject value)
    {
        foreach (var (name, field) in value.Fields) Add(prefix + name, field);
    }

    private void Add(string key, HoconNode node)
    {
        switch (Follow(node))
        {
            case null: break;
            case HoconObject nested: AddFields(key + ":", nested); break;
            case HoconText text: _settings[key] = new HoconSetting(text.Text, text.At); break;
            case HoconList list:
                if (list.Items.Count == 0) _settings[key] = new HoconSetting("", list.At);
                for (var i = 0; i < list.Items.Count; i++) Add($"{key}:{i}", list.Items[i]);
                break;
        }
    }

    /// <summary>The value behind a reference; null when an optional one is unset and the key held nothing before.</summary>
    private HoconNode? Follow(HoconNode? node)
    {
        if (node is not HoconReference reference) return node;
        if (!_following.Add(reference))
            throw new HoconException(reference.At, $"${{{reference.Path}}} refers to itself: give one of the keys a value");
        try
        {
            var found = Follow(Find(reference.Path))
                ?? (environment(reference.Path) is { } value ? new HoconText(reference.At, value) : null);
            if (found is HoconObject)
                throw new HoconException(reference.At, $"${{{reference.Path}}} is an object: refer to its values one by one");
            if (found is null && !reference.IsOptional)
                throw new HoconException(reference.At,
                    $"${{{reference.Path}}} is neither a key nor an environment variable: set it, or write ${{?{reference.Path}}}");
            return found ?? Follow(reference.Earlier);
        }
        finally
        {
            _following.Remove(reference);
        }
    }

    /// <summary>Letter case counts here, so that <c>port = ${?PORT}</c> means the variable.</summary>
    private HoconNode? Find(string path)
    {
        HoconNode? at = root;
        foreach (var part in path.Split('.', StringSplitOptions.TrimEntries))
            at = (at as HoconObject)?.Fields.FirstOrDefault(f => f.Key == part).Value;
        return at;
    }
}
