using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Benchmarks.Limiter;

/// <summary>The measurements of <c>tools/bench-limiter</c>: <c>limiter mix|paced|durable|memory|fingerprints|empty</c>.</summary>
internal static class LimiterProgram
{
    /// <summary>Runs one; 64 for words it does not know.</summary>
    public static async Task<int> RunAsync(string[] words)
    {
        switch (words)
        {
            case ["mix", .. var rest]: await LimiterMeasurements.MixAsync(Number(rest, 0, 5)); break;
            case ["paced", .. var rest]: await LimiterMeasurements.PacedAsync(Number(rest, 0, 50_000), Number(rest, 1, 10)); break;
            case ["durable", .. var rest]: await LimiterMeasurements.DurableAsync(rest.FirstOrDefault()); break;
            case ["memory"]: await LimiterMeasurements.MemoryAsync(); break;
            case ["fingerprints", .. var rest]: await LimiterMeasurements.FingerprintsAsync(Number(rest, 0, 10)); break;
            case ["empty", var url]: await ServeNothingAsync(url); break;
            default: return 64;
        }
        return 0;
    }

    /// <summary>What ASP.NET Core alone does with a POST on this machine: the yardstick of the HTTP interface.</summary>
    private static async Task ServeNothingAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapPost("/", () => Results.Text("{}", "application/json"));
        await app.RunAsync(url);
    }

    private static int Number(string[] words, int at, int usual) =>
        at < words.Length ? int.Parse(words[at], CultureInfo.InvariantCulture) : usual;
}
