using System.CommandLine;

namespace ActorFingerprint.Tools.ScaleSimulator;

/// <summary>The command line.</summary>
internal static class Program
{
    private const string About =
        """
        Predicts what a cluster carries, from the measured costs in tools/ScaleSimulator/costs.json: docs/scale.md has the assumptions.

        Examples
          ScaleSimulator one-machine             1, 2 and 3 engines with everything else on two cores
          ScaleSimulator plans --costs mine.json what 10^5, 10^7 and 10^9 devices need by other costs
          ScaleSimulator write                   all tables anew into docs/scale.md
        """;

    private static int Main(string[] args)
    {
        var costs = new Option<FileInfo>("--costs") { Description = "Costs to calculate with; without it those built in." };
        var root = new RootCommand(About);
        foreach (var (name, make) in Report.Tables)
        {
            var command = new Command(name, $"Prints the table '{name}' of docs/scale.md.") { costs };
            command.SetAction(parsed => Guarded(() => Console.Out.Write(make(Read(parsed.GetValue(costs))))));
            root.Add(command);
        }
        var file = new Argument<FileInfo>("file") { Description = "The document.", DefaultValueFactory = _ => new FileInfo("docs/scale.md") };
        var write = new Command("write", "Puts all tables between their marks in a document.") { file };
        write.SetAction(parsed => Guarded(() =>
        {
            var path = parsed.GetValue(file)!.FullName;
            File.WriteAllText(path, MarkedTables.Replace(File.ReadAllText(path), Costs.Load()));
        }));
        root.Add(write);
        return root.Parse(args).Invoke();
    }

    private static Costs Read(FileInfo? file) => file is null ? Costs.Load() : Costs.Parse(File.ReadAllText(file.FullName));

    private static int Guarded(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or System.Text.Json.JsonException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"ScaleSimulator: {error.Message}");
            return 1;
        }
    }
}
