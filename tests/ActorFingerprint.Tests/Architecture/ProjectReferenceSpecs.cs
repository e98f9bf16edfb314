using System.Xml.Linq;
using Xunit;

namespace ActorFingerprint.Tests.Architecture;

/// <summary>References between projects point one way (design §3); an arrow that is not listed fails the build.</summary>
public sealed class ProjectReferenceSpecs
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Limits"] = [],
        ["Protocols"] = ["Core"],
        ["AspNetCore"] = ["Limits"],
        ["Engine"] = ["Protocols", "Limits"],
        ["Capture"] = ["Engine"],
        ["Persistence"] = ["Engine"],
        ["Cluster"] = ["Engine"],
        ["Node"] = ["Capture", "Persistence", "Cluster", "Limits"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_the_design_allows(string project)
    {
        var name = project["ActorFingerprint.".Length..];
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{project} is not in the list of allowed references");
        var csproj = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        var references = csproj.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)["ActorFingerprint.".Length..]);
        Assert.Empty(references.Except(allowed!));
    }

    [Fact]
    public void Only_the_capture_project_may_hold_unsafe_code()
    {
        var projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(p => XDocument.Load(p).Descendants("AllowUnsafeBlocks").Any(e => e.Value == "true"))
            .Select(p => Path.GetFileNameWithoutExtension(p));
        Assert.Equal(["ActorFingerprint.Capture"], projects);
    }
}
