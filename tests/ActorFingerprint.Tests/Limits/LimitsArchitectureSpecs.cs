using System.Reflection;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Node.Http;
using ActorFingerprint.Persistence.Store;
using Xunit;

namespace ActorFingerprint.Tests.Limits;

/// <summary>The limiter's hashes and the device side's never meet (AF-1 §16; design §3).</summary>
public sealed class LimitsArchitectureSpecs
{
    [Fact]
    public void Limits_references_the_base_class_library_alone()
    {
        var references = typeof(LimiterEngine).Assembly.GetReferencedAssemblies().Select(a => a.Name!);
        Assert.All(references, name => Assert.StartsWith("System", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ActorFingerprint.Core", null)]
    [InlineData("ActorFingerprint.Protocols", null)]
    [InlineData("ActorFingerprint.Capture", null)]
    [InlineData("ActorFingerprint.Engine", "Limiting")]
    [InlineData("ActorFingerprint.Persistence", "Maintenance")]
    public void The_device_side_names_no_type_of_the_limiter(string project, string? hostFolder)
    {
        var root = Path.Combine(Repository.Root, "src", project);
        var offenders = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => hostFolder is null || Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0] != hostFolder)
            .Where(file => File.ReadAllText(file).Contains("ActorFingerprint.Limits", StringComparison.Ordinal));
        Assert.Empty(offenders);
    }

    [Fact]
    public void The_limiter_names_no_other_project_and_reads_no_clock()
    {
        string[] forbidden =
        [
            "ActorFingerprint.Core", "ActorFingerprint.Protocols", "ActorFingerprint.Engine", "UtcNow", "DateTime.Now", "TimeProvider",
            "Stopwatch",
            "Task.", "Thread.", "Random",
        ];
        var root = Path.Combine(Repository.Root, "src", "ActorFingerprint.Limits");
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var code = string.Join('\n', File.ReadLines(file).Where(l => !l.TrimStart().StartsWith("///", StringComparison.Ordinal)));
            foreach (var word in forbidden)
                Assert.False(code.Contains(word, StringComparison.Ordinal), $"{Path.GetRelativePath(root, file)} names {word}");
        }
    }

    [Fact]
    public void A_fingerprint_cannot_be_made_or_read_outside_the_module()
    {
        var type = typeof(DeviceFingerprint);
        Assert.DoesNotContain(type.GetConstructors(BindingFlags.Public | BindingFlags.Instance), c => c.GetParameters().Length > 0);
        Assert.Empty(type.GetProperties(BindingFlags.Public | BindingFlags.Instance));
        Assert.Empty(type.GetFields(BindingFlags.Public | BindingFlags.Instance));
    }

    /// <summary>The assemblies in which the limiter is served, and its journal kept.</summary>
    public static TheoryData<string> Hosts =>
        [typeof(LimiterRegion).Assembly.Location, typeof(SqliteStore).Assembly.Location, typeof(NodeHost).Assembly.Location];

    [Theory]
    [MemberData(nameof(Hosts))]
    public void Where_the_limiter_is_served_no_type_knows_both_sides(string assembly)
    {
        var offenders =
            from type in Assembly.LoadFrom(assembly).GetTypes()
            where type.Namespace?.StartsWith("ActorFingerprint", StringComparison.Ordinal) == true && !SpellsOutJson(type)
            let known = TypesOf(type).Distinct().ToArray()
            where known.Any(IsLimiterHash) && known.Any(IsDeviceHash)
            select type.FullName;
        Assert.Empty(offenders);
    }

    [Fact]
    public void The_host_of_the_entities_names_nothing_of_the_device_side()
    {
        var root = Path.Combine(Repository.Root, "src", "ActorFingerprint.Engine", "Limiting");
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            foreach (var word in (string[])["ActorFingerprint.Core", "ActorFingerprint.Protocols", "Engine.Streams", "Engine.Projections", "Ja3", "Ja4", "Hassh"])
                Assert.False(text.Contains(word, StringComparison.Ordinal), $"{Path.GetFileName(file)} names {word}");
        }
        var foreign = from type in typeof(LimiterRegion).Assembly.GetTypes()
                      where type.Namespace == typeof(LimiterRegion).Namespace
                      from known in TypesOf(type)
                      where IsOfDeviceSide(known)
                      select $"{type.Name} knows {known.FullName}";
        Assert.Empty(foreign);
    }

    [Theory]
    [InlineData(typeof(LimitResult))]
    [InlineData(typeof(LimiterStateView))]
    [InlineData(typeof(RaisedBlocks))]
    [InlineData(typeof(LimitAnswer))]
    [InlineData(typeof(LimitState))]
    [InlineData(typeof(LimiterEventResource))]
    [InlineData(typeof(ActorFingerprint.Limits.Throttle.ThrottleResult))]
    [InlineData(typeof(ThrottleAnswer))]
    public void What_leaves_the_limiter_holds_no_key_and_no_fingerprint(Type answer)
    {
        var seen = new HashSet<Type>();
        var open = new Queue<Type>([answer]);
        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type) || type.Namespace?.StartsWith("ActorFingerprint", StringComparison.Ordinal) != true) continue;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
                foreach (var part in Parts(property.PropertyType)) open.Enqueue(part);
        }
        Assert.DoesNotContain(seen, type => IsLimiterHash(type) || type == typeof(byte[]));
    }

    [Fact]
    public void No_public_member_of_the_limiter_gives_out_a_secret_or_the_bytes_of_a_fingerprint()
    {
        var givers = from type in typeof(LimiterEngine).Assembly.GetExportedTypes()
                     from member in type.GetProperties().Select(p => (p.Name, Type: p.PropertyType))
                         .Concat(type.GetMethods().Select(m => (m.Name, Type: m.ReturnType)))
                     where member.Type == typeof(byte[]) || member.Type == typeof(ReadOnlyMemory<byte>)
                     select $"{type.Name}.{member.Name}";
        Assert.Empty(givers);
    }

    private static bool IsLimiterHash(Type type) =>
        type == typeof(LimiterKey) || type == typeof(KeyDigest) || type == typeof(DeviceFingerprint) || type == typeof(KeyPair)
        || type == typeof(RequestKeys) || type == typeof(DeviceIdentity);

    private static bool IsOfDeviceSide(Type type) => type.Assembly.GetName().Name is "ActorFingerprint.Core" or "ActorFingerprint.Protocols";

    private static bool IsDeviceHash(Type type) =>
        IsOfDeviceSide(type) && type.Namespace!.Split('.').Any(part => part is "Fingerprints" or "Identity" or "Devices" or "Observations");

    /// <summary>Serialisers know all shapes of an interface, and hold none.</summary>
    private static bool SpellsOutJson(Type type) =>
        type.BaseType == typeof(System.Text.Json.Serialization.JsonSerializerContext) || type.DeclaringType is { } outer && SpellsOutJson(outer);

    private static IEnumerable<Type> TypesOf(Type type)
    {
        const BindingFlags all =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var named = type.GetFields(all).Select(f => f.FieldType)
            .Concat(type.GetMethods(all).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
            .Concat(type.GetConstructors(all).SelectMany(c => c.GetParameters().Select(p => p.ParameterType)));
        return named.SelectMany(Parts);
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }
}
