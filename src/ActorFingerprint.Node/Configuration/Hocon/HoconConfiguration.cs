using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration.Hocon;

/// <summary>HOCON files as one configuration source: later layers over earlier ones, references resolved over all of them.</summary>
public sealed class HoconConfigurationSource(IReadOnlyList<HoconObject> layers, Func<string, string?> environment) : IConfigurationSource
{
    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new HoconConfigurationProvider(layers, environment);
}

/// <summary>The flat view of the layers, with the place of every value.</summary>
public sealed class HoconConfigurationProvider(IReadOnlyList<HoconObject> layers, Func<string, string?> environment)
    : ConfigurationProvider, IConfigurationOrigin
{
    private IReadOnlyDictionary<string, HoconSetting> _settings = new Dictionary<string, HoconSetting>();

    /// <summary>Resolves the layers. Throws <see cref="HoconException"/> on a reference that cannot be followed.</summary>
    public override void Load()
    {
        var root = new HoconObject(new HoconPosition("configuration", 1));
        foreach (var layer in layers) root.Merge(layer);
        _settings = HoconResolver.Flatten(root, environment);
        foreach (var (key, setting) in _settings) Data[key] = setting.Value;
    }

    /// <inheritdoc />
    public string? Describe(string key) => _settings.TryGetValue(key, out var setting) ? setting.At.ToString() : null;
}
