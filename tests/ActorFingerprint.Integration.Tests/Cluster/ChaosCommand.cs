using System.Globalization;
using ActorFingerprint.Integration.Tests.Servers;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>The long form of the chaos tests (tools/chaos): <c>chaos [--rounds N] [--seed N] [--keep FOLDER]</c>.</summary>
internal static class ChaosCommand
{
    public const string Command = "chaos";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (rounds, seed, folder) = (30, Environment.TickCount & 0xffff, "");
        for (var at = 0; at + 1 < arguments.Length; at += 2)
        {
            if (arguments[at] == "--rounds") rounds = int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
            else if (arguments[at] == "--seed") seed = int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
            else if (arguments[at] == "--keep") folder = Path.GetFullPath(arguments[at + 1]);
        }
        if ((PostgresServer.Absence ?? RabbitServer.Absence) is { } absence)
        {
            await Console.Error.WriteLineAsync($"tools/chaos: {absence}");
            return 1;
        }
        var place = folder.Length > 0 ? Directory.CreateDirectory(folder).FullName : Directory.CreateTempSubdirectory("actorfp-chaos-").FullName;
        await using var postgres = await PostgresServer.StartNewAsync();
        await using var rabbit = await RabbitServer.StartNewAsync();
        var problems = await new ChaosRun(rounds, seed, Console.WriteLine).RunAsync(postgres, rabbit, place, CancellationToken.None);
        if (folder.Length == 0 && problems.Count == 0) Directory.Delete(place, recursive: true);
        else Console.WriteLine($"what is left of it: {place}");
        return problems.Count == 0 ? 0 : 1;
    }
}
