using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using Xunit;
using static ActorFingerprint.Tests.Core.Identification.SignatureIndexSpecs;

namespace ActorFingerprint.Tests.Core.Identification;

public sealed class ConcurrentLookupSpecs
{
    private const int Lookups = 100;
    private const int Values = 300;

    private static readonly SignatureDevice Camera = new("Camera/Acme") { Type = DeviceType.Camera, Model = "$1" };

    [Fact]
    public async Task A_hundred_lookups_at_once_answer_as_one_after_the_other()
    {
        var alone = Signatures();
        var expected = Questions().Select(question => Answer(alone, question)).ToList();
        Assert.True(expected.Count(answer => answer.Length > 0) > Values);

        var shared = new SignatureCache(Signatures()); // nothing is arranged or remembered yet: all ask for that at once
        using var start = new Barrier(Lookups);
        var answers = await Task.WhenAll(Enumerable.Range(0, Lookups).Select(offset => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                var questions = Questions();
                var own = new string[questions.Count];
                for (var i = 0; i < own.Length; i++)
                {
                    var at = (i + offset * 7) % own.Length; // each in an order of its own
                    own[at] = Answer(shared, questions[at]);
                }
                return own;
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.All(answers, own => Assert.Equal(expected, own));
    }

    private static SignatureIndex Signatures() => Index(
    [
        .. Enumerable.Range(0, Values).Select(i => Rule(SignatureKind.DhcpList, SignatureMatch.Exact, List(i), Camera)),
        .. Enumerable.Range(0, Values).Select(i => Rule(SignatureKind.HostName, SignatureMatch.Regex, $@"(?i)^cam{i}-(\w+)$", Camera)),
        .. Enumerable.Range(0, Values).Select(i => Rule(SignatureKind.UserAgent, SignatureMatch.Token, $"Acme{i}", Camera)),
        .. Enumerable.Range(0, Values).Select(i => Rule(SignatureKind.Ja4, SignatureMatch.Exact, $"t13d{i:0000}", Camera)),
    ]);

    private static List<(SignatureKind Kind, string Value)> Questions() =>
    [
        .. Enumerable.Range(0, Values).SelectMany(i => ((SignatureKind, string)[])
        [
            (SignatureKind.DhcpList, List(i)), (SignatureKind.DhcpList, List(i) + ",200"), (SignatureKind.HostName, $"CAM{i}-door"),
            (SignatureKind.UserAgent, $"Mozilla/5.0 (Acme{i}; Linux)"), (SignatureKind.Ja4, $"t13d{2 * i:0000}"),
        ]),
    ];

    private static string List(int i) => $"1,3,6,15,{20 + i % 60},{100 + i / 60},{42 + i % 7},51,54";

    private static string Answer(ISignatureSource source, (SignatureKind Kind, string Value) question) =>
        string.Join('|', source.Find(question.Kind, question.Value).Select(hit => $"{hit.Signature.Pattern} {hit.Quality} {hit.Model}"));
}
