using System.Reflection;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>The names that the storage format gives the members of enumerations (<see cref="JsonStringEnumMemberNameAttribute"/>).</summary>
public static class StoredNames
{
    /// <summary>The name of a member of an enumeration whose members all have one.</summary>
    public static string Of<T>(T member)
        where T : struct, Enum => Names<T>.All[member];

    /// <summary>All names, in the order of the members.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Names<T>.All.OrderBy(entry => entry.Key).Select(entry => entry.Value);

    /// <summary>The member of a name, in exactly this spelling.</summary>
    public static bool TryParse<T>(string name, out T member)
        where T : struct, Enum => Names<T>.Members.TryGetValue(name, out member);

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => (T)field.GetValue(null)!, field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);

        public static readonly Dictionary<string, T> Members = All.ToDictionary(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal);
    }
}
