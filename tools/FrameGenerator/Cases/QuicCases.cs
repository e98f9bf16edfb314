using ActorFingerprint.Tools.FrameGenerator.Quic;
using ActorFingerprint.Tools.FrameGenerator.Tls;

namespace ActorFingerprint.Tools.FrameGenerator.Cases;

/// <summary>Rules about hellos in QUIC Initial packets.</summary>
internal static class QuicCases
{
    public static IEnumerable<CaptureCase> All()
    {
        foreach (var delivery in Enum.GetValues<QuicDelivery>())
            yield return Opening("delivery-" + delivery.ToString().ToLowerInvariant(), $"A hello over two packets, delivered: {delivery}",
                TlsStacks.ChromeQuicLike, QuicDialect.V1, delivery);
        yield return Opening("one-packet", "A hello whole in one packet", TlsStacks.SafariQuicLike, QuicDialect.V1);
        yield return Opening("version-2", "Version 2: other salt, labels and type bits (RFC 9369)", TlsStacks.SafariQuicLike,
            QuicDialect.V2);
        yield return Opening("draft-29", "Draft 29", TlsStacks.SafariQuicLike, QuicDialect.Draft29);
        yield return Opening("draft-27", "Draft 27", TlsStacks.SafariQuicLike, QuicDialect.Draft27);
        yield return Opening("draft-22", "Draft 22", TlsStacks.SafariQuicLike, QuicDialect.Draft22);
    }

    private static CaptureCase Opening(
        string name, string rule, TlsStack stack, QuicDialect dialect, QuicDelivery delivery = QuicDelivery.Plain)
    {
        var test = new CaptureCase("quic", name, rule);
        var conversation = test.Conversation();
        new QuicHandshake(conversation.Path, test.Timeline, test.Random, CaptureCase.ClientText, test.Truth)
            .Run(stack, "www.example.com", conversation.AtMicros, dialect, delivery);
        return test;
    }
}
