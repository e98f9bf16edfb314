using System.CommandLine;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;

namespace ActorFingerprint.Node.Cli;

/// <summary>The option <c>--folder</c> of commands that open a store, and what they do with it.</summary>
internal static class StoreOption
{
    public static Option<string?> Create() =>
        new("--folder") { Description = "Store folder. Default: node.folder of the configuration.", HelpName = "folder" };

    public static ActorFingerprintOptions Options(CliContext context, ParseResult parsed, Option<string?> folder) => context.Load(parsed,
        parsed.GetValue(folder) is { } path ? new CommandLineSetting("--folder", "node.folder", path) : null).Options;

    public static async Task<int> ReadAsync(
        CliContext context, ParseResult parsed, Option<string?> folder, Func<IStoreReader, Task<int>> work, CancellationToken stop)
    {
        await using var store = await context.Composition.OpenStoreAsync(Options(context, parsed, folder), stop);
        return await work(store);
    }

    /// <summary>Changes a store that is there.</summary>
    public static Task<int> WriteAsync(
        CliContext context, ParseResult parsed, Option<string?> folder, Func<IStoreWriter, ActorFingerprintOptions, Task<int>> work,
        CancellationToken stop) => WriteAsync(context, parsed, folder, mayMake: false, work, stop);

    /// <summary>Changes a store, and makes it when it is not there.</summary>
    public static Task<int> MakeAsync(
        CliContext context, ParseResult parsed, Option<string?> folder, Func<IStoreWriter, ActorFingerprintOptions, Task<int>> work,
        CancellationToken stop) => WriteAsync(context, parsed, folder, mayMake: true, work, stop);

    private static async Task<int> WriteAsync(
        CliContext context, ParseResult parsed, Option<string?> folder, bool mayMake,
        Func<IStoreWriter, ActorFingerprintOptions, Task<int>> work, CancellationToken stop)
    {
        var options = Options(context, parsed, folder);
        await using var store = await context.Composition.OpenStoreToWriteAsync(options, mayMake, stop);
        return await work(store, options);
    }
}
