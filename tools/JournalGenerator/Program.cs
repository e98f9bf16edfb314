using System.CommandLine;
using System.Diagnostics;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Tools.JournalGenerator;

/// <summary>The command line.</summary>
internal static class Program
{
    private const string About =
        """
        Writes a large journal straight into an empty store: devices that never existed, with everything that the engine would have
        journaled of them. The same options give the same events. What a store holds afterwards is some 450 bytes an event.

        Examples
          JournalGenerator --events 1000000 --devices 50000 --store ./big         a million events in SQLite
          JournalGenerator --events 10000000 --postgresql "Host=…" --store ./node  ten million in PostgreSQL; the folder keeps the key
          JournalGenerator --digest --store ./big                                  a digest of the read side, to compare two

        Exit code 0: written. 1: the command line is wrong, or the store cannot be used.
        """;

    private static async Task<int> Main(string[] args)
    {
        var seed = Bounded("--seed", "Number that everything is drawn from.", 1, 0, int.MaxValue);
        var devices = Bounded("--devices", "Devices by the end.", 10_000, 1, 1 << 24);
        var events = Bounded("--events", "Events of all kinds.", 1_000_000, 3, int.MaxValue);
        var days = Bounded("--days", "Days of frame time.", 30, 1, 3650);
        var store = new Option<string>("--store") { Description = "Store folder.", Required = true };
        var postgresql = new Option<string>("--postgresql") { Description = "Connection string of a store in PostgreSQL." };
        var schema = new Option<string>("--schema") { Description = "Its schema.", DefaultValueFactory = _ => PostgresOptions.DefaultSchema };
        var digest = new Option<bool>("--digest") { Description = "Writes nothing, but prints a digest of the read side." };
        var root = new RootCommand(About) { seed, devices, events, days, store, postgresql, schema, digest };
        root.SetAction((parsed, stop) => GuardedAsync(async () =>
        {
            var folder = new StoreOptions { Folder = parsed.GetValue(store)!, WriterUuid = "generator" };
            var database = parsed.GetValue(postgresql) is { } text
                ? new PostgresOptions { ConnectionString = text, Schema = parsed.GetValue(schema)! }
                : null;
            if (parsed.GetValue(digest))
            {
                Console.WriteLine(database is null
                    ? ReadSideDigest.OfSqlite(StoreFolder.Of(folder.Folder).Projections)
                    : ReadSideDigest.OfPostgres(database));
                return;
            }
            await using IEventStore opened = database is null
                ? await SqliteStore.OpenAsync(folder)
                : await PostgresStore.OpenAloneAsync(database, folder, stop);
            if (await opened.HighestOrderingAsync(stop) > 0) throw new StoreException($"{opened.Where}: has events already; name a new store");
            var options = new GeneratorOptions(
                parsed.GetValue(seed), parsed.GetValue(devices), parsed.GetValue(events), opened.Shards, parsed.GetValue(days));
            var clock = Stopwatch.StartNew();
            var written = await new GeneratedJournal(options, opened.Pseudonyms).WriteAsync(opened.Journal, null, stop);
            Console.WriteLine($"{opened.Where}: {written:N0} events of {options.Devices:N0} devices in {clock.Elapsed.TotalSeconds:N1} s");
        }));
        return await root.Parse(args).InvokeAsync();
    }

    private static Option<int> Bounded(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = $"{description} {least} to {most}.", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most)) result
                .AddError($"{name} {value}: must be {least} to {most}");
        });
        return option;
    }

    private static async Task<int> GuardedAsync(Func<Task> work)
    {
        try
        {
            await work();
            return 0;
        }
        catch (Exception error) when (error is StoreException or JournalUnavailableException or IOException)
        {
            await Console.Error.WriteLineAsync($"JournalGenerator: {error.Message}");
            return 1;
        }
    }
}
