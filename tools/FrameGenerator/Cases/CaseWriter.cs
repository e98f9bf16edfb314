using System.Text;
using System.Text.Json;
using ActorFingerprint.Tools.FrameGenerator.Truth;
using ActorFingerprint.Tools.FrameGenerator.Writers;

namespace ActorFingerprint.Tools.FrameGenerator.Cases;

/// <summary>Writes the cases as captures with golden JSON beside them.</summary>
internal static class CaseWriter
{
    private static readonly CaptureFormat[] Formats = Enum.GetValues<CaptureFormat>();

    /// <summary>Every case, in a fixed order.</summary>
    public static IReadOnlyList<CaptureCase> All() =>
        [.. DhcpMessageCases.All(), .. DhcpCarrierCases.All(), .. HelloCases.All(), .. QuicCases.All(), .. StreamCases.All()];

    /// <summary>Writes all cases below <paramref name="folder"/>; how many there are.</summary>
    public static int WriteAll(DirectoryInfo folder)
    {
        var files = Files();
        foreach (var (path, bytes) in files)
        {
            var target = new FileInfo(Path.Combine(folder.FullName, path));
            target.Directory!.Create();
            File.WriteAllBytes(target.FullName, bytes);
        }
        return files.Count(file => file.Path.EndsWith(".golden.json", StringComparison.Ordinal));
    }

    /// <summary>The files by path below the folder of cases. The formats take turns, so that the cases also exercise every
    /// reader.</summary>
    public static IReadOnlyList<(string Path, byte[] Bytes)> Files()
    {
        List<(string, byte[])> files = [];
        var cases = All();
        for (var i = 0; i < cases.Count; i++)
        {
            var (test, format) = (cases[i], Formats[i % Formats.Length]);
            var capture = $"{test.Name}.{(format is CaptureFormat.Pcapng ? "pcapng" : "pcap")}";
            using var bytes = new MemoryStream();
            CaptureWriter.Write(bytes, format, test.LinkType, test.Timeline.InOrder());
            files.Add(($"{test.Protocol}/{capture}", bytes.ToArray()));
            files.Add(($"{test.Protocol}/{test.Name}.golden.json", Golden(test, capture)));
        }
        foreach (var group in cases.GroupBy(test => test.Protocol)) files.Add(($"{group.Key}/SOURCE.md", Source(group)));
        return files;
    }

    private static byte[] Golden(CaptureCase test, string capture)
    {
        var text = new StringBuilder();
        text.Append("{\n  \"capture\": ").Append(JsonSerializer.Serialize(capture)).Append(",\n  \"rule\": ").Append(Quote(test.Rule))
            .Append(",\n  \"observations\": [");
        var lines = test.Truth.OrderBy(expected => expected.At.Number).Select(expected => "\n    " + TruthWriter.Line(expected)).ToArray();
        return Encoding.UTF8.GetBytes(text.Append(string.Join(',', lines)).Append(lines.Length > 0 ? "\n  ]\n}\n" : "]\n}\n").ToString());
    }

    private static byte[] Source(IGrouping<string, CaptureCase> group)
    {
        var text = new StringBuilder()
            .Append("# Cases of ").Append(group.Key).Append("\n\n")
            .Append("Made by `tools/FrameGenerator --cases tests/data` (Apache-2.0, like the rest of the project): no byte was captured.\n")
            .Append("Each `*.golden.json` holds what a reader must find, computed by the generator from its own models and never by the\n")
            .Append("product's code. A cell that is not there is not asserted; `\"optional\": true` marks\n")
            .Append("a message that need not be reported.\n\n")
            .Append("| Case | Rule |\n|---|---|\n");
        foreach (var test in group) text.Append("| `").Append(test.Name).Append("` | ").Append(test.Rule).Append(" |\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);

    private static readonly JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
