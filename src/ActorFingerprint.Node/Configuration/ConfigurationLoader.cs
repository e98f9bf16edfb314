using System.Collections;
using ActorFingerprint.Node.Configuration.Hocon;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>The effective options and the layers they came from.</summary>
/// <param name="Options">What is in force.</param>
/// <param name="Root">The layers.</param>
/// <param name="File">The file among them, or null.</param>
/// <param name="Warnings">One line each: what was probably meant as a setting, and sets nothing.</param>
public sealed record LoadedConfiguration(
    ActorFingerprintOptions Options, IConfigurationRoot Root, string? File, IReadOnlyList<string> Warnings);

/// <summary>
/// Builds the layers, lowest first: the embedded reference.conf, one file, the environment, the command line. Everything is checked
/// before anything starts.
/// </summary>
public static class ConfigurationLoader
{
    /// <summary>Where the embedded defaults are named in messages.</summary>
    public const string ReferenceName = "reference.conf";

    /// <summary>
    /// Loads and checks. Throws <see cref="ConfigurationException"/> or <see cref="HoconException"/> with what to change, and
    /// <see cref="FileNotFoundException"/> when the named file does not exist.
    /// </summary>
    /// <param name="file">The file of <c>--config</c>; null looks at the usual places.</param>
    /// <param name="settings">Values of the command line.</param>
    /// <param name="environment">Environment variables.</param>
    public static LoadedConfiguration Load(string? file, IReadOnlyList<CommandLineSetting> settings, IDictionary environment)
    {
        if (file is not null && !File.Exists(file))
            throw new FileNotFoundException($"--config {file}: {(Directory.Exists(file) ? "is a folder" : "no such file")}; give the path of a HOCON file, or leave the option out", file);
        file ??= UsualPlaces(environment).FirstOrDefault(File.Exists);
        List<HoconObject> layers = []; // without a file nothing can refer to reference.conf, which says what the options start with
        if (file is not null) layers = [HoconParser.Parse(ReferenceName, ReadReference()), HoconParser.ParseFile(file)];
        var root = new ConfigurationBuilder()
            .Add(new HoconConfigurationSource(layers, name => environment[name] as string))
            .Add(new EnvironmentLayer(environment))
            .Add(new CommandLineLayer(settings))
            .Build();
        return new LoadedConfiguration(
            OptionsBinder.Bind<ActorFingerprintOptions>(root), root, file, [.. EnvironmentLayer.Misspelt(environment)]);
    }

    /// <summary>The text of the embedded reference.conf.</summary>
    public static string ReadReference()
    {
        using var stream = typeof(ConfigurationLoader).Assembly.GetManifestResourceStream(ReferenceName)
            ?? throw new InvalidOperationException($"{ReferenceName} is not embedded in this build");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Where a configuration file is looked for without <c>--config</c>; the first that exists counts.</summary>
    public static IEnumerable<string> UsualPlaces(IDictionary environment)
    {
        yield return Path.Combine("hocon", "application.conf");
        var home = environment["XDG_CONFIG_HOME"] as string is { Length: > 0 } named ? named
            : environment["HOME"] as string is { Length: > 0 } user ? Path.Combine(user, ".config") : null;
        if (home is not null) yield return Path.Combine(home, "actorfp", "application.conf");
    }
}
