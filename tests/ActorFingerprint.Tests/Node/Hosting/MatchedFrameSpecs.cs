using System.Buffers;
using System.Text;
using System.Text.Json;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Protocols;
using ActorFingerprint.Tests.Protocols.Network;
using ActorFingerprint.Tests.Protocols.Tls;
using ActorFingerprint.Tools.FrameGenerator.Cases;
using Xunit;

namespace ActorFingerprint.Tests.Node.Hosting;

/// <summary><c>scan --write</c>: what it keeps is what a second scan needs to find the same.</summary>
public sealed class MatchedFrameSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_scan_of_what_was_written_finds_the_same_in_fewer_frames(int lanes)
    {
        var sample = Path.Combine(Repository.Root, "samples", "home.pcapng");
        var (before, result) = await ScanAsync(lanes, sample, _folder.File("out.pcapng"));
        var (after, again) = await ScanAsync(lanes, _folder.File("out.pcapng"), null);
        Assert.Equal(before, after);
        Assert.Equal(result.Written, again.Frames);
        Assert.True(again.Frames < result.Frames / 2);
        Assert.Empty(again.Warnings);

        var kept = TestCaptures.Read(_folder.File("out.pcapng"));
        var all = TestCaptures.Read(sample).Select(Text).ToHashSet();
        Assert.All(kept, frame => Assert.Contains(Text(frame), all));
        Assert.Equal(kept.OrderBy(frame => frame.AtTicks).Select(Text), kept.Select(Text));
        Assert.All(CommentedCapture.Read(_folder.File("out.pcapng")), comments => Assert.Single(comments));
    }

    [Fact]
    public async Task Every_generated_case_is_found_again_in_what_was_written()
    {
        var cases = CaseWriter.Files().Where(file => !file.Path.EndsWith(".json", StringComparison.Ordinal) && !file.Path.EndsWith(".md", StringComparison.Ordinal)).ToList();
        Assert.True(cases.Count > 30);
        foreach (var (path, bytes) in cases)
        {
            var file = _folder.File(Path.GetFileName(path));
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
            await FoundAgainAsync(file);
        }
    }

    [Fact]
    public async Task Every_capture_of_the_shared_corpora_is_found_again_in_what_was_written()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are not here");
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Shared!, "corpus"), "*.pcap*", SearchOption.AllDirectories))
            if (new FileInfo(path).Length < 4 << 20)
                await FoundAgainAsync(path);
    }

    [Fact]
    public async Task Every_segment_of_a_hello_is_kept_in_any_order_and_what_was_said_before_it_is_not()
    {
        var hello = TlsBytes.Records(TlsBytes.ClientHello("split.example"));
        var (a, b, c) = (hello[..60], hello[60..130], hello[130..]);
        var comments = await CommentsAsync(
            Wire.TcpFrame("STARTTLS\r\n"u8.ToArray(), sequence: 990),
            Wire.TcpFrame(Wire.Bytes(40), source: 50001, sequence: 5),
            Wire.TcpFrame(c, sequence: 1130),
            Wire.TcpFrame(a, sequence: 1000),
            Wire.UdpFrame(Wire.Bytes(30), 9999, 9998),
            Wire.TcpFrame(b, sequence: 1060));
        Assert.Equal(3, comments.Count);
        Assert.Equal(["part 1 of 3", "part 2 of 3", "part 3 of 3"], comments.Select(comment => comment.Split(':')[0]));
        Assert.All(comments, comment => Assert.Contains("tls client_hello ja4=t13d", comment, StringComparison.Ordinal));
        Assert.All(comments, comment => Assert.EndsWith("sni=split.example", comment, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_fragment_of_a_datagram_is_kept()
    {
        var test = CaseWriter.Files().Single(file => file.Path.Contains("dhcp/ip-fragments.pcap", StringComparison.Ordinal));
        var file = _folder.File("fragments");
        await File.WriteAllBytesAsync(file, test.Bytes, TestContext.Current.CancellationToken);
        await ScanAsync(1, file, _folder.File("out.pcapng"));
        var comments = CommentedCapture.Read(_folder.File("out.pcapng")).Select(Assert.Single).ToList();
        Assert.True(comments.Count >= 2);
        Assert.StartsWith($"part 1 of {comments.Count}: dhcp ", comments[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_observations_of_one_frame_are_named_in_one_comment()
    {
        var comment = Assert.Single(await CommentsAsync(Wire.TcpFrame(
            [.. TlsBytes.Records(TlsBytes.ServerHello()), .. TlsBytes.Records(TlsBytes.ClientHello("b.example"))], source: 443, destination: 40000)));
        Assert.Equal(["tls server_hello", "tls client_hello"], comment.Split("; ").Select(part => string.Join(' ', part.Split(' ')[..2])));
    }

    [Fact]
    public async Task A_scan_that_fails_or_is_interrupted_leaves_no_file()
    {
        var path = _folder.File("out.pcapng");
        await Assert.ThrowsAsync<CaptureException>(() => ScanAsync(1, _folder.File("absent.pcap"), path));
        Assert.False(File.Exists(path));
        var sample = Path.Combine(Repository.Root, "samples", "home.pcapng");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScanAsync(1, sample, path, new CancellationToken(canceled: true)));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task The_captures_themselves_are_never_written_to()
    {
        var file = _folder.File("in.pcap");
        File.Copy(Path.Combine(Repository.Root, "samples", "home.pcapng"), file);
        File.CreateSymbolicLink(_folder.File("link.pcap"), file);
        var length = new FileInfo(file).Length;
        Assert.Contains("is one of the captures", (await Assert.ThrowsAsync<IOException>(() => ScanAsync(1, file, file))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => ScanAsync(1, file, _folder.File("link.pcap")));
        Assert.Equal(length, new FileInfo(file).Length);
        Assert.Contains("cannot be written", (await Assert.ThrowsAsync<IOException>(() => ScanAsync(1, file, _folder.File("none/out")))).Message, StringComparison.Ordinal);
    }

    private async Task FoundAgainAsync(string capture)
    {
        var written = _folder.File("again.pcapng");
        List<string> before;
        try
        {
            (before, _) = await ScanAsync(2, capture, written);
        }
        catch (CaptureException)
        {
            return; // no capture: other tests look at how that is told
        }
        var (after, _) = await ScanAsync(2, written, null);
        Assert.True(before.SequenceEqual(after), $"{capture}: {before.Count} observations, {after.Count} of what was written:\n{before.Except(after).FirstOrDefault()}\n{after.Except(before).FirstOrDefault()}");
    }

    private async Task<List<string>> CommentsAsync(params byte[][] frames)
    {
        var capture = _folder.File("made.pcapng");
        await using (var output = File.Create(capture))
        {
            using var writer = new ActorFingerprint.Capture.Files.PcapngFileWriter(output);
            var at = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).Ticks;
            foreach (var frame in frames) writer.Write(new FrameRecord(0, frame.Length, frame.Length, LinkType.Ethernet, at++), frame, "");
        }
        await ScanAsync(1, capture, _folder.File("kept.pcapng"));
        return [.. CommentedCapture.Read(_folder.File("kept.pcapng")).Select(comments => Assert.Single(comments))];
    }

    /// <summary>Observations without frame numbers and names of files, in order.</summary>
    private static async Task<(List<string> Observations, ScanResult Result)> ScanAsync(int lanes, string capture, string? writeTo, CancellationToken? stop = null)
    {
        var found = new List<string>();
        var options = new ActorFingerprintOptions
        {
            Capture = ConfigurationOf(),
            Streams = new StreamsOptions { Lanes = lanes },
        };
        var request = new ScanRequest([capture], options, false, false, (observation, _, _) => found.Add(Line(observation))) { WriteTo = writeTo };
        var result = await Scanner.ScanAsync(request, TimeProvider.System, new Progress<ScanProgress>(), stop ?? TestContext.Current.CancellationToken);
        return (found, result);
    }

    private static CaptureOptions ConfigurationOf()
    {
        var options = new CaptureOptions();
        foreach (var (name, _) in ProtocolNames.All)
            typeof(CaptureOptions).GetProperties().Single(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).SetValue(options, true);
        return options;
    }

    private static string Line(Observation observation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) ObservationJson.Write(json, observation, "", 0);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Text(TestFrame frame) => $"{frame.AtTicks} {frame.LinkType} {frame.WireLength} {Convert.ToHexString(frame.Bytes)}";
}
