using System.CommandLine;
using ActorFingerprint.Tools.FrameGenerator.Cases;
using ActorFingerprint.Tools.FrameGenerator.Home;
using ActorFingerprint.Tools.FrameGenerator.Writers;

namespace ActorFingerprint.Tools.FrameGenerator;

/// <summary>The command line.</summary>
internal static class Program
{
    private const string About =
        """
        Makes captures of a home network that never existed: phones, laptops, televisions and small things that ask for addresses
        by DHCP and talk TLS, among ARP, DNS and bulk data. Every byte comes from the seed: the same options give the same file.

        Examples
          FrameGenerator --out home.pcapng                          the sample: 30 devices, one day
          FrameGenerator --out big.pcap --format pcap --scale 20    the same home, twenty times as busy
          FrameGenerator --out home.pcapng --truth home.jsonl       also what a reader must find in it
          FrameGenerator --cases tests/data                         one small capture for each rule of DHCP and TLS

        The truth file holds one JSON object a line: first {"kind":"device",…} with the MAC address, model, DHCP lists and JA4 of
        each device, then {"kind":"observation",…} for each DHCP message and TLS hello, in the fields of `actorfp scan --observations`.
        Exit code 0: written. 1: the command line or a path is wrong.
        """;

    private static int Main(string[] args)
    {
        var seed = new Option<int>("--seed") { Description = "Number that everything is drawn from.", DefaultValueFactory = _ => 1 };
        var devices = Bounded("--devices", "How many devices; past 30 the catalogue starts again.", 30, 1, 4000);
        var hours = Bounded("--hours", "Length of the capture in hours, from midnight on.", 24, 1, 168);
        var scale = Bounded("--scale", "Multiplies connections and the data of each.", 1, 1, 1000);
        var output = new Option<FileInfo>("--out") { Description = "Capture file to write." };
        var format =
            new Option<CaptureFormat>("--format") { Description = "File format.", DefaultValueFactory = _ => CaptureFormat.Pcapng };
        var truth = new Option<FileInfo>("--truth") { Description = "File for what a reader must find (JSON lines)." };
        var cases = new Option<DirectoryInfo>("--cases") { Description = "Folder for the cases: captures, golden JSON and their index." };

        var root = new RootCommand(About) { seed, devices, hours, scale, output, format, truth, cases };
        root.Validators.Add(result =>
        {
            if (result.GetResult(output) is null == result.GetResult(cases) is null) result
                .AddError("give either --out FILE or --cases FOLDER");
        });
        root.SetAction(parsed =>
        {
            if (parsed.GetValue(cases) is { } folder) return WriteCases(folder);
            var options = new HomeOptions(parsed.GetValue(seed), parsed.GetValue(devices), parsed.GetValue(hours), parsed.GetValue(scale));
            return WriteHome(options, parsed.GetValue(output)!, parsed.GetValue(format), parsed.GetValue(truth));
        });
        return root.Parse(args).Invoke();
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

    private static int WriteHome(HomeOptions options, FileInfo output, CaptureFormat format, FileInfo? truth) => Guarded(() =>
    {
        var capture = HomeDay.Make(options);
        using (var file = output.Create()) CaptureWriter.Write(file, format, CaptureWriter.Ethernet, capture.Frames);
        if (truth is not null)
            using (var lines = truth.CreateText()) HomeTruth.Write(lines, capture);
        output.Refresh();
        Console.WriteLine($"{output}: {capture.Frames.Count} frames, {output.Length} bytes, {capture.Truth.Count} observations");
    });

    private static int WriteCases(DirectoryInfo folder) => Guarded(() =>
    {
        var count = CaseWriter.WriteAll(folder);
        Console.WriteLine($"{folder}: {count} cases");
    });

    private static int Guarded(Action write)
    {
        try
        {
            write();
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"FrameGenerator: {error.Message} Name a folder that exists and that you may write to.");
            return 1;
        }
    }
}
