using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>
/// Binds configuration to options types by their <see cref="ConfigurationKeyNameAttribute"/>, checks data annotations and refuses keys
/// that no option has. Unlike the stock binder it requires units, and names the place of every value it refuses.
/// </summary>
public sealed class OptionsBinder(IConfigurationRoot root)
{
    private readonly List<ConfigurationProblem> _problems = [];

    /// <summary>Binds the whole configuration. Throws <see cref="ConfigurationException"/> with everything that is wrong.</summary>
    public static T Bind<T>(IConfigurationRoot root) where T : class, new()
    {
        var binder = new OptionsBinder(root);
        var options = (T)binder.BindObject(new T(), root, "");
        return binder._problems.Count == 0 ? options : throw new ConfigurationException(binder._problems);
    }

    private object BindObject(object options, IConfiguration section, string prefix)
    {
        var before = _problems.Count;
        var known = new List<string>();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<ConfigurationKeyNameAttribute>() is not { Name: var name }) continue;
            known.Add(name);
            BindProperty(options, property, section.GetSection(name), prefix + name);
        }
        foreach (var child in section.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            Refuse(FirstLeaf(child), prefix + child.Key, "no such key" + Suggest(child.Key, known, prefix));
        if (_problems.Count == before && options is ICrossChecked crossChecked)
            foreach (var (key, message) in crossChecked.Problems())
                Refuse(FirstLeaf(section.GetSection(key.Replace('.', ':'))), prefix + key, message);
        return options;
    }

    private void BindProperty(object options, PropertyInfo property, IConfigurationSection section, string key)
    {
        var type = property.PropertyType;
        if (IsBlock(type) || MembersOf(type) is not null)
        {
            if (section.Value is not null) Refuse(section, key, $"is a block of keys: write {key} {{ … }}");
            else if (section.GetChildren().Any())
                property.SetValue(options, BindBlock(property.GetValue(options), type, section, key + "."));
            return;
        }
        var children = section.GetChildren().ToArray();
        if (section.Value is null && children.Length == 0) return;
        if (Problem(property, section, children, key, out var value) is { } problem) Refuse(FirstLeaf(section), key, problem);
        else property.SetValue(options, value);
    }

    private object BindBlock(object? block, Type type, IConfigurationSection section, string prefix)
    {
        if (MembersOf(type) is not { } member) return BindObject(block ?? Activator.CreateInstance(type)!, section, prefix);
        var members = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), member))!;
        foreach (var child in section.GetChildren())
        {
            if (child.Value is not null) Refuse(child, prefix + child.Key, $"is a block of keys: write {prefix}{child.Key} {{ … }}");
            else members[child.Key] = BindObject(Activator.CreateInstance(member)!, child, $"{prefix}{child.Key}.");
        }
        return members;
    }

    /// <summary>A class of options.</summary>
    internal static bool IsBlock(Type type) => type.IsClass && type.Namespace == typeof(ActorFingerprintOptions).Namespace;

    /// <summary>The class of the blocks that an option holds by name; null when it holds none.</summary>
    private static Type? MembersOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static string? Problem(
        PropertyInfo property, IConfigurationSection section, IConfigurationSection[] children, string key, out object? value)
    {
        value = null;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(IReadOnlyList<string>)) value = ReadList(section, children);
        else if (type == typeof(IReadOnlyList<int>))
        {
            var items = ReadList(section, children);
            if (items.FirstOrDefault(i => !TryReadNumber(i, out _)) is { } wrong) return $"'{wrong}' is not a whole number";
            value = items.Select(i => int.Parse(i, CultureInfo.InvariantCulture)).ToArray();
        }
        else if (section.Value is null) return "is one value, not a block or a list";
        else if (!TryRead(type, section.Value, out value, out var form)) return $"'{section.Value}' is not {form}";
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            if (!rule.IsValid(value)) return $"{section.Value} {rule.FormatErrorMessage(key)}".TrimStart();
        return null;
    }

    /// <summary>A list from a file, or one comma-separated text from the environment or the command line.</summary>
    private static string[] ReadList(IConfigurationSection section, IConfigurationSection[] children) => section.Value is { } text
        ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [.. children.OrderBy(c => int.TryParse(c.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : int.MaxValue)
            .Select(c => c.Value ?? "")];

    private static bool TryRead(Type type, string text, out object? value, out string form)
    {
        (value, form) = (null, "");
        if (type == typeof(string)) value = text;
        else if (type == typeof(bool)) (form, value) =
            ("true or false", text switch { "true" or "yes" or "on" => true, "false" or "no" or "off" => false, _ => null });
        else if (type == typeof(int)) (form, value) =
            ("a whole number", TryReadNumber(text, out var n) ? n : null);
        else if (type == typeof(TimeSpan)) (form, value) =
            (Units.DurationForm, Units.TryParseDuration(text, out var duration) ? duration : null);
        else if (type == typeof(ByteSize)) (form, value) =
            (Units.SizeForm, Units.TryParseSize(text, out var size) ? new ByteSize(size) : null);
        else if (type.IsEnum) (form, value) = ("one of " + string.Join(", ", Enum.GetNames(type)).ToLowerInvariant(), ReadEnum(type, text));
        else throw new NotSupportedException($"no reader for options of type {type}");
        return value is not null;
    }

    private static bool TryReadNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static object? ReadEnum(Type type, string text) =>
        Enum.GetNames(type).Any(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) ? Enum.Parse(type, text, ignoreCase: true) : null;

    private void Refuse(IConfigurationSection section, string key, string message) =>
        _problems.Add(new ConfigurationProblem(ConfigurationOrigin.Of(root, section.Path), key, message));

    private static IConfigurationSection FirstLeaf(IConfigurationSection section)
    {
        while (section.Value is null && section.GetChildren().FirstOrDefault() is { } child) section = child;
        return section;
    }

    private static string Suggest(string wrong, List<string> known, string prefix)
    {
        var near = known.Select(k => (Key: k, Distance: EditDistance.Between(wrong, k))).OrderBy(k => k.Distance).FirstOrDefault();
        return near.Key is not null && near.Distance <= Math.Max(wrong.Length, near.Key.Length) / 3
            ? $": did you mean {prefix}{near.Key}?"
            : ": hocon/reference.conf lists every key";
    }
}
