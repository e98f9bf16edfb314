using ActorFingerprint.Protocols;
using Xunit;

namespace ActorFingerprint.Tests.Protocols;

/// <summary>What a stage must bear: every truncation of a valid message, bits flipped in it, and random bytes. The same each run.</summary>
internal static class HostileMessages
{
    private const int Flips = 4000;
    private const int Randoms = 4000;

    /// <summary>Gives them all to a new stage, which must neither throw nor emit unbounded facts.</summary>
    /// <param name="stage">A new stage.</param>
    /// <param name="packet">The header of each.</param>
    /// <param name="valid">Valid messages.</param>
    /// <returns>The probe, with what was found.</returns>
    public static StageProbe GiveTo(IProtocolStage stage, PacketHeader packet, params byte[][] valid)
    {
        var probe = new StageProbe(stage);
        foreach (var message in valid)
        {
            for (var length = 0; length <= message.Length; length++) Give(message[..length]);
            for (var seed = 0; seed < Flips; seed++)
            {
                var random = new Random(seed);
                var bytes = message.ToArray();
                for (var i = random.Next(1, 6); i > 0; i--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                Give(bytes);
            }
        }
        for (var seed = 0; seed < Randoms; seed++)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            Give([.. valid[0][..Math.Min(4, valid[0].Length)], .. bytes]);
            Give(bytes);
        }
        Assert.NotEmpty(probe.Faults);
        Assert.All(probe.Found.OfType<ActorFingerprint.Core.Observations.SignalObservation>(), found =>
        {
            Assert.True(found.Facts.Count <= 32);
            Assert.All(found.Facts, fact => Assert.InRange(fact.Value.Length, 1, ActorFingerprint.Core.Observations.DeviceFact.MaxLength));
            Assert.All(found.HostNames, given => Assert.InRange(given.Name.Length, 1, 1020));
        });
        return probe;

        void Give(byte[] bytes)
        {
            probe.AtTicks += TimeSpan.TicksPerSecond;
            stage.Advance(probe.AtTicks);
            probe.Give(packet, bytes);
        }
    }
}
