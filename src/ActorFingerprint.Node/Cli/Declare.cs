using System.CommandLine;

namespace ActorFingerprint.Node.Cli;

/// <summary>Options and arguments in one line each.</summary>
internal static class Declare
{
    /// <summary>An option that is there or not.</summary>
    public static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description };

    /// <summary>An option with a value; null when it is not given.</summary>
    public static Option<T?> Value<T>(string name, string valueName, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = valueName };

    /// <summary>A misspelt option is no file, unless there is one of that name.</summary>
    public static void RefuseUnknownOptions(Argument<string[]> files) => files.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
            if (token.Value is ['-', _, ..] && !Path.Exists(token.Value))
                result.AddError($"{token.Value}: no such option; for a file of this name write ./{token.Value}");
    });

    /// <summary>An option with a value and a default, which the description names.</summary>
    public static Option<T> ValueOr<T>(string name, string valueName, T otherwise, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = valueName, DefaultValueFactory = _ => otherwise };
}
