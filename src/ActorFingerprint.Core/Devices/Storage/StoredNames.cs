using System.Reflection;
using System.Text.Json.Serialization;

namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>The names that the storage format gives the members of enumerations (<see cref="JsonStringEnumMemberNameAttribute"/>).</summary>
public static class StoredNames
{
    /// <summary>The name of a member of an enumeration whose members all have one.</summary>
    public static string Of<T>(T member)
        where T : struct, Enum => Names<T>.ByMember[member];

    /// <summary>All names, in the order of the members.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Names<T>.All;

    /// <summary>The member of a name, in exactly this spelling.</summary>
    public static bool TryParse<T>(string name, out T member)
        where T : struct, Enum => Names<T>.ByName.TryGetValue(name, out member);

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly List<string> All = [];
        public static readonly Dictionary<T, string> ByMember = [];
        public static readonly Dictionary<string, T> ByName = new(StringComparer.Ordinal);

        static Names()
        {
            foreach (var field in Enum.GetNames<T>())
            {
                var name = typeof(T).GetField(field)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name;
                var member = Enum.Parse<T>(field);
                All.Add(name);
                ByMember.Add(member, name);
                ByName.Add(name, member);
            }
        }
    }
}
