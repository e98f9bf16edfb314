using System.CommandLine;
using System.Globalization;
using ActorFingerprint.Fuzz;

var folders = new Argument<string[]>("folder") { Description = "Folders with captures to mutate.", Arity = ArgumentArity.OneOrMore };
var cases = new Option<long>("--cases") { Description = "Cases to run.", DefaultValueFactory = _ => 300_000 };
var seconds = new Option<int>("--seconds") { Description = "Ends after this time.", DefaultValueFactory = _ => int.MaxValue / 1000 };
var seed = new Option<int>("--seed") { Description = "The same seed and captures make the same cases.", DefaultValueFactory = _ => 1 };
var command = new RootCommand("Mutates captures, runs them through the parsers and checks what must hold for any bytes.") { folders, cases, seconds, seed };
command.SetAction(async (parsed, stop) =>
{
    var seeds = await SeedCorpus.ReadAsync(parsed.GetValue(folders)!, stop);
    if (seeds.Files == 0)
    {
        Console.Error.WriteLine($"no captures below {string.Join(", ", parsed.GetValue(folders)!)}: name a folder with .pcap or .pcapng files");
        return 2;
    }
    var report = new FuzzRun(seeds, parsed.GetValue(seed)).Run(parsed.GetValue(cases), TimeSpan.FromSeconds(parsed.GetValue(seconds)), stop);
    foreach (var finding in report.Findings) Console.WriteLine(finding);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{report.Cases:N0} cases, {report.Frames:N0} frames from {seeds.Files} captures in {report.Elapsed.TotalSeconds:F0} s; {report.Observations:N0} observations, {report.Faults:N0} faults; slowest {report.SlowestFrame.TotalMilliseconds:F1} ms and at most {report.MostAllocated / 1024:N0} KiB a frame, peak {report.PeakBytes / 1048576:N0} MiB; {report.Findings.Count} findings"));
    return report.Findings.Count == 0 ? 0 : 1;
});
return await command.Parse(args).InvokeAsync();
