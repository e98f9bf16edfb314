using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Prints options as they are in force. Secrets are not printed.</summary>
public static class EffectiveConfiguration
{
    private static readonly string[] Secrets =
        ["certificate-password", "password", "api-key", "outer", "fingerprint", "previous-outer", "previous-fingerprint"];

    /// <summary>Every key of a section there is.</summary>
    public static IEnumerable<(string Section, string Name)> Keys =>
        from section in SectionsOf(new ActorFingerprintOptions())
        from value in ValuesOf(section.Options)
        where BlockOf(value.Value) is null
        select (section.Section, value.Name);

    /// <summary>HOCON that reads back to the same options, with the place of every value that is not the default.</summary>
    public static string ToHocon(LoadedConfiguration loaded)
    {
        var text = new StringBuilder();
        foreach (var (section, options) in SectionsOf(loaded.Options))
        {
            text.Append(section).Append(" {\n");
            AppendBlock(text, loaded.Root, section, ValuesOf(options), "  ");
            text.Append("}\n");
        }
        return text.ToString();
    }

    /// <summary>One object with an object for each section; durations and sizes as text with their unit.</summary>
    public static void WriteJson(ActorFingerprintOptions options, Utf8JsonWriter json) => WriteBlock(json, ValuesOf(options));

    private static void AppendBlock(
        StringBuilder text, IConfigurationRoot root, string path, IEnumerable<(string Name, object Value)> values, string indent)
    {
        foreach (var (name, value) in values)
        {
            var key = $"{path}:{name}";
            text.Append(indent).Append(name);
            if (BlockOf(value) is { } block)
            {
                text.Append(" {\n");
                AppendBlock(text, root, key, block, indent + "  ");
                text.Append(indent).Append("}\n");
                continue;
            }
            text.Append(" = ").Append(IsSecret(name, value) ? "\"(set)\"" : Print(value));
            var place = ConfigurationOrigin.Of(root, key) ?? ConfigurationOrigin.Of(root, key + ":0");
            if (place is not null && !place.StartsWith(ConfigurationLoader.ReferenceName + "(", StringComparison.Ordinal))
                text.Append("  # ").Append(place);
            text.Append('\n');
        }
    }

    private static void WriteBlock(Utf8JsonWriter json, IEnumerable<(string Name, object Value)> values)
    {
        json.WriteStartObject();
        foreach (var (name, value) in values)
        {
            json.WritePropertyName(name);
            if (BlockOf(value) is { } block) WriteBlock(json, block);
            else WriteValue(json, IsSecret(name, value) ? "(set)" : value);
        }
        json.WriteEndObject();
    }

    private static bool IsSecret(string name, object value) => value is string { Length: > 0 } && Secrets.Contains(name);

    /// <summary>What is inside a block of keys, or of blocks by name; null for a value.</summary>
    private static IEnumerable<(string Name, object Value)>? BlockOf(object value) => value switch
    {
        IReadOnlyDictionary<string, LimiterPolicyOptions> named => named.Select(p => (p.Key, (object)p.Value)),
        string => null,
        { } block when OptionsBinder.IsBlock(block.GetType()) => ValuesOf(block),
        _ => null,
    };

    private static IEnumerable<(string Section, object Options)> SectionsOf(ActorFingerprintOptions options) =>
        ValuesOf(options).Select(v => (v.Name, v.Value));

    private static IEnumerable<(string Name, object Value)> ValuesOf(object options) =>
        from property in options.GetType().GetProperties()
        let name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name
        let value = property.GetValue(options)
        where name is not null && value is not null
        select (name, value);

    private static void WriteValue(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case IReadOnlyList<string> list:
                json.WriteStartArray();
                foreach (var item in list) json.WriteStringValue(item);
                json.WriteEndArray();
                break;
            case IReadOnlyList<int> numbers:
                json.WriteStartArray();
                foreach (var item in numbers) json.WriteNumberValue(item);
                json.WriteEndArray();
                break;
            case string text: json.WriteStringValue(text); break;
            default: json.WriteStringValue(Plain(value)); break;
        }
    }

    private static string Print(object value) => value switch
    {
        IReadOnlyList<string> list => $"[{string.Join(", ", list.Select(Quote))}]",
        IReadOnlyList<int> numbers => $"[{string.Join(", ", numbers)}]",
        string text => Quote(text),
        _ => Plain(value),
    };

    private static string Plain(object value) => value switch
    {
        TimeSpan duration => Units.Format(duration),
        ByteSize size => size.ToString(),
        bool flag => flag ? "true" : "false",
        Enum name => name.ToString().ToLowerInvariant(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>JSON's escapes are those of HOCON.</summary>
    private static string Quote(string text) =>
        $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
