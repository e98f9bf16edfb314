using System.Reflection;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>The names that the storage format gives the members of enumerations (<see cref="JsonStringEnumMemberNameAttribute"/>).</summary>
public static class StoredNames
{
    /// <summary>The name of a member of an enumeration whose members all have one.</summary>
    public static string Of<T>(T member)
        where T : struct, Enum => Names<T>.All[member];

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static)
            .ToDictionary(field => (T)field.GetValue(null)!, field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);
    }
}
