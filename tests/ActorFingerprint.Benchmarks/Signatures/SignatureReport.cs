using System.Diagnostics;
using System.Text.Json;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Persistence.Signatures;

namespace ActorFingerprint.Benchmarks.Signatures;

/// <summary>
/// One measurement of a signature base in a process that did nothing before, as one line of JSON: what <c>tools/bench-signatures</c> repeats.
/// Times of lookups are microseconds, medians over a thousand different values, each asked once before.
/// </summary>
internal static class SignatureReport
{
    private const int LoadsAfterTheFirst = 5;

    /// <summary>Measures the base of this path.</summary>
    public static void Write(string path, TextWriter output)
    {
        _ = (SignatureQuestions.All.Count, Stopwatch.GetTimestamp()); // made before memory is counted
        var devices = Enumerable.Range(0, 300).Select(TypicalDevice.Make).ToList();
        var queries = Enumerable.Range(0, 999).Select(TypicalDevice.Query).ToList();
        var (heapBefore, residentBefore) = (GC.GetTotalMemory(forceFullCollection: true), Resident());

        var processor = Environment.CpuUsage.TotalTime;
        var (index, loaded) = Timed(() => SignatureDatabase.Load(path));
        var loadedProcessor = Environment.CpuUsage.TotalTime - processor;
        var (heapLoaded, residentLoaded) = (GC.GetTotalMemory(forceFullCollection: true), Resident());
        var first = SignatureQuestions.All.ToDictionary(questions => questions.Name, questions => Timed(() => index.Find(questions.Kind, questions.Values[0])).Milliseconds);
        var heapArranged = GC.GetTotalMemory(forceFullCollection: true);
        processor = Environment.CpuUsage.TotalTime;
        var again = Enumerable.Range(0, LoadsAfterTheFirst).Select(_ => Timed(() => SignatureDatabase.Load(path)).Milliseconds).ToList();
        var againProcessor = (Environment.CpuUsage.TotalTime - processor) / LoadsAfterTheFirst;

        Dictionary<string, double[]> lookups = [];
        var cache = new SignatureCache(index);
        foreach (var questions in SignatureQuestions.All)
            lookups[questions.Name] = [.. Both(source => Each(questions.Values, value => source.Find(questions.Kind, value)), index, cache)];
        lookups["LocalLookup.Find"] = [.. Both(source => Each(queries, new LocalLookup(source).Find), index, cache)];
        lookups["Identify, typical device"] =
            [.. Both(source => Each(devices, state => new DeviceClassifier(source, EvidenceWeights.Default).Identify(state, null)), index, new SignatureCache(index))];

        output.WriteLine(JsonSerializer.Serialize(new
        {
            signatures = index.Count,
            file_mb = new FileInfo(path).Length / 1e6,
            load_first_ms = loaded,
            load_first_cpu_ms = loadedProcessor.TotalMilliseconds,
            load_again_ms = Median(again),
            load_again_cpu_ms = againProcessor.TotalMilliseconds,
            heap_mb = (heapLoaded - heapBefore) / 1e6,
            heap_arranged_mb = (heapArranged - heapBefore) / 1e6,
            rss_mb = (residentLoaded - residentBefore) / 1e6,
            first_lookup_ms = first,
            lookups,
        }));
        GC.KeepAlive(index);
    }

    /// <summary>Median and 99th percentile without a cache, then with one.</summary>
    private static IEnumerable<double> Both(Func<ISignatureSource, List<double>> measure, ISignatureSource index, ISignatureSource cache)
    {
        foreach (var source in (ISignatureSource[])[index, cache])
        {
            measure(source);
            var times = measure(source);
            yield return Median(times);
            yield return times[times.Count * 99 / 100];
        }
    }

    /// <summary>Microseconds of each, sorted.</summary>
    private static List<double> Each<T, TAnswer>(IReadOnlyList<T> questions, Func<T, TAnswer> ask)
    {
        List<double> times = new(questions.Count);
        foreach (var question in questions)
        {
            var started = Stopwatch.GetTimestamp();
            ask(question);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
        times.Sort();
        return times;
    }

    private static (T Result, double Milliseconds) Timed<T>(Func<T> work)
    {
        var started = Stopwatch.GetTimestamp();
        var result = work();
        return (result, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static long Resident()
    {
        if (!OperatingSystem.IsLinux()) return Environment.WorkingSet;
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6, line.Length - 9), System.Globalization.NumberStyles.AllowLeadingWhite, System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}
