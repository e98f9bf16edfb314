using ActorFingerprint.Capture.Files;
using ActorFingerprint.Engine.Capture;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

public sealed class ResumeSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => ["pcap", "pcapng", "pcap.gz", "pcapng.gz"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_read_from_any_block_boundary_gives_the_same_following_frames(string kind)
    {
        string[] paths = [Write("a", kind, 1), Write("b", kind, 2), Write("c", kind, 3)];
        var options = new FileCaptureOptions { BlockLength = 200 };
        List<SourcePosition> positions = [];
        var whole = await ReadFrames.OfAsync(FileCaptureSource.FromFiles(paths, options), null, positions);
        Assert.True(positions.Count > 20, $"{positions.Count} blocks");
        foreach (var position in positions)
        {
            var source = FileCaptureSource.FromFiles(paths, options);
            Assert.Equal(whole.Skip((int)position.Frame - 1), await ReadFrames.OfAsync(source, position));
            Assert.Empty(source.Warnings);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_block_length_may_differ_when_a_run_is_resumed(string kind)
    {
        string[] paths = [Write("a", kind, 1)];
        List<SourcePosition> positions = [];
        var small = new FileCaptureOptions { BlockLength = 200 };
        var whole = await ReadFrames.OfAsync(FileCaptureSource.FromFiles(paths, small), null, positions);
        foreach (var position in positions)
            Assert.Equal(whole.Skip((int)position.Frame - 1), await ReadFrames.OfAsync(FileCaptureSource.FromFiles(paths), position));
    }

    [Fact]
    public async Task A_resumed_source_still_knows_the_frames_of_its_file()
    {
        string[] paths = [Write("a", "pcap", 1), Write("b", "pcap", 2)];
        var options = new FileCaptureOptions { BlockLength = 200 };
        List<SourcePosition> positions = [];
        var source = FileCaptureSource.FromFiles(paths, options);
        var last = (await ReadFrames.OfAsync(source, null, positions))[^1].Number;
        var resumed = FileCaptureSource.FromFiles(paths, options);
        await ReadFrames.OfAsync(resumed, positions[^3]);
        Assert.Equal(source.Locate(last), resumed.Locate(last));
        Assert.Equal(new FileFrame("b.pcap", last / 2), resumed.Locate(last));
    }

    [Fact]
    public async Task A_position_of_other_files_is_refused()
    {
        var (a, b) = (Write("a", "pcapng", 1), Write("b", "pcapng", 2));
        List<SourcePosition> positions = [];
        await ReadFrames.OfAsync(FileCaptureSource.FromFiles([a], new FileCaptureOptions { BlockLength = 200 }), null, positions);
        var other = await Assert.ThrowsAsync<CaptureException>(() => ReadFrames.OfAsync(FileCaptureSource.FromFiles([b]), positions[3]));
        Assert.Contains("the run was started with other files", other.Message, StringComparison.Ordinal);
        File.WriteAllBytes(a, PcapBytes.WithFrames(1)[..30]);
        var gone = positions[^1].Token;
        foreach (var token in new[] { gone, gone.Replace("a.pcapng", "", StringComparison.Ordinal), "", "x y", "0 1 -5 0 0 0 a.pcapng" })
        {
            var position = new SourcePosition(4, token);
            await Assert.ThrowsAsync<CaptureException>(() => ReadFrames.OfAsync(FileCaptureSource.FromFiles([a]), position));
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, string kind, int seed)
    {
        var bytes = kind.StartsWith("pcapng", StringComparison.Ordinal) ? Pcapng(seed) : PcapBytes.WithFrames(30, first: seed * 100);
        return _folder.Write($"{name}.{kind}", kind.EndsWith(".gz", StringComparison.Ordinal) ? ReadFrames.Gzip(bytes) : bytes);
    }

    // Two sections of other byte orders, interfaces declared late, simple packets that borrow their time.
    private static byte[] Pcapng(int seed)
    {
        var bytes = new PcapngBytes().Section().Interface();
        for (var section = 0; section < 2; section++)
        {
            for (uint id = 0; id < 3; id++)
            {
                for (var i = 0; i < 5; i++)
                {
                    var frame = PcapBytes.Numbered(seed * 100 + section * 50 + (int)id * 10 + i);
                    var units = 1_700_000_000_000_000 + (ulong)(section * 100_000 + id * 1_000) + (ulong)i;
                    if (i % 2 == 0) bytes.Enhanced(frame, units, id);
                    else bytes.Simple(frame);
                }
                bytes.Interface((ushort)(100 + id), resolution: (byte)(6 + id)).Block(0x0BAD, new byte[64]);
            }
            if (section == 0) bytes.Section(isBigEndian: true).Interface(113);
        }
        return bytes.ToArray();
    }
}
