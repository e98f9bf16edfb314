using System.Text;
using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Protocols;
using ActorFingerprint.Tests.Node.Hosting;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

public sealed class PcapngFileWriterSpecs : IDisposable
{
    private static readonly long At = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks + 1_234_567;
    private readonly Node.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Frames_of_any_length_and_link_type_are_read_back_as_they_were()
    {
        TestFrame[] frames = [.. Enumerable.Range(0, 9).Select(n =>
            new TestFrame(n + 1, n % 2 == 0 ? LinkType.Ethernet : LinkType.Raw, At + n, n + 100, [.. Enumerable.Range(0, n).Select(i => (byte)i)]))];
        var path = Write(frames.Select(frame => (frame, $"frame {frame.Frame}")));
        Assert.Equal(frames.Select(Text), TestCaptures.Read(path).Select(Text));
        Assert.Equal(frames.Select(frame => $"frame {frame.Frame}"), CommentedCapture.Read(path).Select(comments => Assert.Single(comments)));
    }

    [Fact]
    public void A_time_before_1970_becomes_its_beginning() =>
        Assert.Equal(DateTime.UnixEpoch.Ticks, TestCaptures.Read(Write([(new TestFrame(1, LinkType.Ethernet, 5, 4, [1, 2, 3, 4]), "")]))[0].AtTicks);

    [Fact]
    public void A_long_comment_is_cut_between_two_characters()
    {
        var comment = Assert.Single(CommentedCapture.Read(Write([(new TestFrame(1, LinkType.Ethernet, At, 1, [1]), "a" + new string('é', 4000))])))[0];
        Assert.Equal("a" + new string('é', (PcapngFileWriter.MaxComment - 1) / 2), comment);
        Assert.InRange(Encoding.UTF8.GetByteCount(comment), 1, PcapngFileWriter.MaxComment);
    }

    private string Write(IEnumerable<(TestFrame Frame, string Comment)> frames)
    {
        var path = _folder.File("out.pcapng");
        using var output = File.Create(path);
        using var writer = new PcapngFileWriter(output);
        foreach (var (frame, comment) in frames)
            writer.Write(new FrameRecord(0, frame.Bytes.Length, frame.WireLength, frame.LinkType, frame.AtTicks), frame.Bytes, comment);
        return path;
    }

    private static string Text(TestFrame frame) => $"{frame.AtTicks} {frame.LinkType} {frame.WireLength} {Convert.ToHexString(frame.Bytes)}";
}
