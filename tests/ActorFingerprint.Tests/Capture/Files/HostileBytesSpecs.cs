using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

/// <summary>Whatever the bytes are: frames, warnings or one refusal; no other exception, and an end.</summary>
public sealed class HostileBytesSpecs
{
    private static readonly FileCaptureOptions Small = new() { BlockLength = 128, MaxFramesPerBlock = 5 };

    [Fact]
    public void Any_bytes_after_any_magic_terminate()
    {
        byte[][] heads =
        [
            [], PcapBytes.WithFrames(2), [0x1F, 0x8B],
            new PcapngBytes().Section().Interface().ToArray(), new PcapngBytes(isBigEndian: true).Section().ToArray(),
        ];
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(2_000), Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(), Gen.Elements(heads).ToArbitrary(), (bytes, head) => Survives([.. head, .. bytes])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mutated_pcapng_terminates(bool isBigEndian)
    {
        var original = new PcapngBytes(isBigEndian).Section().Interface(resolution: 9, offset: 5).Enhanced(PcapBytes.Numbered(1), 1)
            .Simple(PcapBytes.Numbered(2)).Obsolete(PcapBytes.Numbered(3), 3)
            .Section(!isBigEndian).Interface().Enhanced(PcapBytes.Numbered(4), 4).ToArray();
        Mutate(original, seed: 11);
    }

    [Fact]
    public void Mutated_pcap_terminates() => Mutate(PcapBytes.WithFrames(5), seed: 12);

    [Fact]
    public void Mutated_gzip_terminates() => Mutate(ReadFrames.Gzip(PcapBytes.WithFrames(30)), seed: 13);

    private static void Mutate(byte[] original, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = original[..random.Next(original.Length / 2, original.Length + 1)];
            for (var edits = random.Next(1, 4); edits > 0; edits--)
                bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
            Assert.True(Survives(bytes));
        }
    }

    private static bool Survives(byte[] bytes)
    {
        try
        {
            var source = FileCaptureSource.FromStream(new MemoryStream(bytes), "hostile", Small);
            var frames = ReadFrames.OfAsync(source).GetAwaiter().GetResult();
            return frames.All(f => f.Hex.Length <= 2 * (bytes.Length + (8 << 20)) && f.WireLength * 2L >= f.Hex.Length && f.AtTicks >= 0);
        }
        catch (CaptureException error)
        {
            return error.Message.StartsWith("hostile: ", StringComparison.Ordinal);
        }
    }
}
