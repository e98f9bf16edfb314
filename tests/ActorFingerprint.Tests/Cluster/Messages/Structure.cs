using System.Collections;
using System.Globalization;
using System.Reflection;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Net;
using ActorFingerprint.Core.Watchlists;

namespace ActorFingerprint.Tests.Cluster.Messages;

/// <summary>
/// A value as text: one line for every member of it and of what hangs on it, <c>path = value</c>. Equal values have equal lines.
/// </summary>
internal static class Structure
{
    /// <summary>What stands for an object, whose members have lines of their own.</summary>
    public const string Object = "object ";

    public static IReadOnlyList<string> Of(object? value)
    {
        var lines = new List<string>();
        Add(lines, "", value);
        return lines;
    }

    private static void Add(List<string> lines, string path, object? value)
    {
        switch (value)
        {
            case null:
                lines.Add($"{path} = null");
                break;
            case string text:
                lines.Add($"{path} = \"{text}\"");
                break;
            case WatchlistType type:
                lines.Add($"{path} = {type.Name}");
                break;
            case DeviceKey key:
                lines.Add($"{path} = {key.Kind} {key}");
                break;
            case MacAddress or NetworkAddress or Enum or IFormattable:
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{path} = {value}"));
                break;
            case bool flag:
                lines.Add($"{path} = {flag}");
                break;
            case byte[] bytes:
                lines.Add($"{path} = 0x{Convert.ToHexStringLower(bytes)}");
                break;
            case IEnumerable list:
                var count = 0;
                foreach (var item in list) Add(lines, string.Create(CultureInfo.InvariantCulture, $"{path}[{count++}]"), item);
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{path} = list of {count}"));
                break;
            default:
                lines.Add($"{path} = {Object}{value.GetType().Name}");
                foreach (var property in MembersOf(value.GetType())) Add(lines, $"{path}.{property.Name}", property.GetValue(value));
                break;
        }
    }

    private static IEnumerable<PropertyInfo> MembersOf(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.GetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0 && !p.PropertyType.IsByRefLike)
        .OrderBy(p => p.Name, StringComparer.Ordinal);
}
