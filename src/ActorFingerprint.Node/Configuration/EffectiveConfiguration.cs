using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>Prints options as they are in force. Secrets are not printed.</summary>
public static class EffectiveConfiguration
{
    private static readonly string[] Secrets = ["certificate-password", "api-key"];

    /// <summary>Every key there is.</summary>
    public static IEnumerable<(string Section, string Name)> Keys =>
        from section in SectionsOf(new ActorFingerprintOptions())
        from value in ValuesOf(section.Options)
        select (section.Section, value.Name);

    /// <summary>HOCON that reads back to the same options, with the place of every value that is not the default.</summary>
    public static string ToHocon(LoadedConfiguration loaded)
    {
        var text = new StringBuilder();
        foreach (var (section, options) in SectionsOf(loaded.Options))
        {
            text.Append(section).Append(" {\n");
            foreach (var (name, value) in ValuesOf(options))
            {
                var place = ConfigurationOrigin.Of(loaded.Root, $"{section}:{name}")
                    ?? ConfigurationOrigin.Of(loaded.Root, $"{section}:{name}:0");
                text.Append("  ").Append(name).Append(" = ").Append(IsHidden(name, value) ? "\"(set)\"" : Print(value));
                if (place is not null
                    && !place.StartsWith(ConfigurationLoader.ReferenceName + "(", StringComparison.Ordinal)) text.Append("  # ")
                        .Append(place);
                text.Append('\n');
            }
            text.Append("}\n");
        }
        return text.ToString();
    }

    /// <summary>One object with an object for each section; durations and sizes as text with their unit.</summary>
    public static void WriteJson(ActorFingerprintOptions options, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (section, values) in SectionsOf(options))
        {
            json.WriteStartObject(section);
            foreach (var (name, value) in ValuesOf(values))
            {
                json.WritePropertyName(name);
                WriteValue(json, IsHidden(name, value) ? "(set)" : value);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static bool IsHidden(string name, object value) => Secrets.Contains(name, StringComparer.Ordinal) && value is not "";

    private static IEnumerable<(string Section, object Options)> SectionsOf(ActorFingerprintOptions options) =>
        ValuesOf(options).Select(v => (v.Name, v.Value));

    private static IEnumerable<(string Name, object Value)> ValuesOf(object options) =>
        from property in options.GetType().GetProperties()
        let name = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name
        where name is not null
        select (name, property.GetValue(options)!);

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
            case string text: json.WriteStringValue(text); break;
            default: json.WriteStringValue(Plain(value)); break;
        }
    }

    private static string Print(object value) => value switch
    {
        IReadOnlyList<string> list => $"[{string.Join(", ", list.Select(Quote))}]",
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
