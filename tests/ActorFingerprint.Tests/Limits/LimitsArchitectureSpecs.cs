using System.Reflection;
using ActorFingerprint.Limits.Hosting;
using ActorFingerprint.Limits.Identity;
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
}
