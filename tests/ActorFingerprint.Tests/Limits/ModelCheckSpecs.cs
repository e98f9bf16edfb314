using System.Globalization;
using ActorFingerprint.Tests.Limits.Model;
using Xunit;

namespace ActorFingerprint.Tests.Limits;

/// <summary>
/// The engine against the model, over long random histories with rotations, outages and IPv6. <c>ACTORFP_MODEL_SEED</c> and
/// <c>ACTORFP_MODEL_HISTORIES</c> choose others than the usual ones.
/// </summary>
public sealed class ModelCheckSpecs(ITestOutputHelper output)
{
    private const int StepsPerHistory = 400;

    [Fact]
    public void Engine_and_model_never_differ_over_two_hundred_thousand_steps()
    {
        var first = FromEnvironment("ACTORFP_MODEL_SEED", 0);
        var histories = FromEnvironment("ACTORFP_MODEL_HISTORIES", 504);
        output.WriteLine($"seeds {first} to {first + histories - 1}, {histories * StepsPerHistory} steps");
        for (var seed = first; seed < first + histories; seed++)
        {
            var history = new ModelHistory(seed);
            if (history.Run(StepsPerHistory) is { } difference)
                Assert.Fail($"seed {seed}, theme '{history.Theme}', switches [{string.Join(' ', history.Switches)}]: {difference}");
        }
    }

    private static int FromEnvironment(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : usual;
}
