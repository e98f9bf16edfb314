namespace ActorFingerprint.Tests;

/// <summary>Where the checkout and the shared corpora are.</summary>
internal static class Repository
{
    /// <summary>Names the folder of the shared corpora; without it, <c>../shared</c> beside the checkout.</summary>
    public const string SharedVariable = "ACTORFP_SHARED";

    /// <summary>The checkout's root: the folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the shared corpora, or null where it is absent.</summary>
    public static string? Shared { get; } = FindShared();

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "ActorFingerprint.sln"))) return at.FullName;
        throw new DirectoryNotFoundException($"no ActorFingerprint.sln above {AppContext.BaseDirectory}");
    }

    private static string? FindShared()
    {
        var path = Environment.GetEnvironmentVariable(SharedVariable) is { Length: > 0 } named ? named : Path.Combine(Root, "..", "shared");
        return Directory.Exists(Path.Combine(path, "corpus")) ? Path.GetFullPath(path) : null;
    }
}
