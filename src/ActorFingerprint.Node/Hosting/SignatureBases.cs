using System.Diagnostics;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Engine.Diagnostics;
using ActorFingerprint.Engine.Sharding;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Persistence.Signatures;

namespace ActorFingerprint.Node.Hosting;

/// <summary>
/// The signature databases of a node, loaded: the bundled one and, over it, the user's. A missing or damaged one is told and left out:
/// capture goes on without answers rather than not at all.
/// </summary>
public sealed class SignatureBases
{
    /// <summary>File name of the databases.</summary>
    public const string FileName = "signatures.db";

    private SignatureBases(ActorFingerprintOptions options, IReadOnlyList<SignatureIndex> loaded, IReadOnlyList<SignatureDatabaseInfo> infos, string? problem)
    {
        (Infos, Problem) = (infos, problem);
        Bundled = infos.FirstOrDefault(info => info.Path == BundledPath(options));
        if (loaded.Count == 0) return;
        Source = new SignatureCache(loaded.Count == 1 ? loaded[0] : new LayeredSignatures([.. loaded]));
        Lookup = new LocalLookup(Source);
        Version = string.Join('+', infos.Select(info => info.Version).Where(version => version.Length > 0));
        Classifier = new DeviceClassifier(Source, options.EvidenceWeights.ToWeights(), options.Identification.Threshold / 100.0);
    }

    /// <summary>Why a database is missing, one line; null when all are there.</summary>
    public string? Problem { get; }

    /// <summary>The databases in use, the bundled one first.</summary>
    public IReadOnlyList<SignatureDatabaseInfo> Infos { get; }

    /// <summary>The bundled database; null when it could not be read.</summary>
    public SignatureDatabaseInfo? Bundled { get; }

    /// <summary>All signatures; null when no database could be read.</summary>
    public ISignatureSource? Source { get; }

    /// <summary>Version of the content, kept with every answer.</summary>
    public string Version { get; } = "";

    /// <summary>Looks single values up; null when no database could be read.</summary>
    public LocalLookup? Lookup { get; }

    /// <summary>Says what devices are; null when no database could be read.</summary>
    public DeviceClassifier? Classifier { get; }

    /// <summary>How long loading took.</summary>
    public TimeSpan LoadTime { get; private init; }

    /// <summary>Path of the bundled database.</summary>
    internal static string BundledPath(ActorFingerprintOptions options) => options.Identification.Database is { Length: > 0 } path
        ? path
        : Path.Combine(AppContext.BaseDirectory, FileName);

    /// <summary>Path of the user's database, which need not exist.</summary>
    public static string UserPath(ActorFingerprintOptions options) => options.Identification.UserDatabase is { Length: > 0 } path
        ? path
        : Path.Combine(options.Node.Folder, FileName);

    /// <summary>Loads what there is, whatever <c>identification.enabled</c> says.</summary>
    public static SignatureBases Load(ActorFingerprintOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        List<SignatureIndex> loaded = [];
        List<SignatureDatabaseInfo> infos = [];
        string? problem = null;
        foreach (var path in (string[])[BundledPath(options), UserPath(options)])
        {
            if (path == UserPath(options) && !File.Exists(path)) continue;
            try
            {
                var (index, info) = SignatureDatabase.LoadDescribed(path);
                loaded.Add(index);
                infos.Add(info);
            }
            catch (SignatureDatabaseException error)
            {
                problem ??= error.Message;
            }
        }
        return new SignatureBases(options, loaded, infos, problem) { LoadTime = Stopwatch.GetElapsedTime(started) };
    }

    /// <summary>What the engine asks; null when identification is off or no database could be read.</summary>
    public DeviceIdentification? ForEngine(ActorFingerprintOptions options, IdentificationMetrics? metrics = null) =>
        options.Identification.Enabled && Classifier is { } classifier ? new DeviceIdentification(classifier, Version, metrics) : null;
}
