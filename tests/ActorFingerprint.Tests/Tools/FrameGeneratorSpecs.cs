using ActorFingerprint.Protocols;
using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Cases;
using ActorFingerprint.Tools.FrameGenerator.Home;
using ActorFingerprint.Tools.FrameGenerator.Tls;
using ActorFingerprint.Tools.FrameGenerator.Truth;
using ActorFingerprint.Tools.FrameGenerator.Writers;
using Xunit;

namespace ActorFingerprint.Tests.Tools;

/// <summary>What is committed is what the generator makes, and what it makes has what a home has.</summary>
public sealed class FrameGeneratorSpecs
{
    [Fact]
    public void Committed_sample_equals_the_generated_one_byte_for_byte()
    {
        var generated = Bytes(HomeDay.Make(new HomeOptions()), CaptureFormat.Pcapng);
        Assert.True(generated.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "home.pcapng"))),
            "samples/home.pcapng is stale: make it again with the command of samples/README.md");
    }

    [Fact]
    public void Committed_cases_equal_the_generated_ones_and_there_are_no_others()
    {
        var folder = Path.Combine(Repository.Root, "tests", "data");
        var generated = CaseWriter.Files().ToDictionary(file => file.Path, file => file.Bytes);
        foreach (var protocol in CaseWriter.All().Select(test => test.Protocol).Distinct())
        {
            var committed = Directory.GetFiles(Path.Combine(folder, protocol)).Select(path => $"{protocol}/{Path.GetFileName(path)}")
                .Order();
            Assert.Equal(generated.Keys.Where(path => path.StartsWith(protocol + "/", StringComparison.Ordinal)).Order(), committed);
        }
        foreach (var (path, bytes) in generated)
            Assert.True(bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(folder, path))),
                $"{path} is stale: run FrameGenerator --cases tests/data");
    }

    [Fact]
    public void One_seed_gives_one_capture_and_another_seed_another()
    {
        var first = Bytes(HomeDay.Make(new HomeOptions(Seed: 7, Hours: 13)), CaptureFormat.Pcap);
        Assert.Equal(first, Bytes(HomeDay.Make(new HomeOptions(Seed: 7, Hours: 13)), CaptureFormat.Pcap));
        Assert.NotEqual(first, Bytes(HomeDay.Make(new HomeOptions(Seed: 8, Hours: 13)), CaptureFormat.Pcap));
    }

    [Theory]
    [InlineData(CaptureFormat.Pcapng)]
    [InlineData(CaptureFormat.Pcap)]
    [InlineData(CaptureFormat.PcapBigEndian)]
    [InlineData(CaptureFormat.PcapNanoseconds)]
    [InlineData(CaptureFormat.PcapNanosecondsBigEndian)]
    internal void Every_format_holds_the_same_frames_and_times(CaptureFormat format)
    {
        var capture = HomeDay.Make(new HomeOptions(Devices: 5, Hours: 9));
        var frames = TestCaptures.Parse(Bytes(capture, format));
        Assert.Equal(capture.Frames.Select(frame => (DateTime.UnixEpoch.Ticks + frame.AtMicros * 10, frame.Bytes.Length)),
            frames.Select(frame => (frame.AtTicks, frame.WireLength)));
        Assert.All(frames.Zip(capture.Frames), pair => Assert.Equal(pair.Second.Bytes, pair.First.Bytes));
        Assert.All(frames, frame => Assert.Equal(LinkType.Ethernet, frame.LinkType));
    }

    [Fact]
    public void Home_holds_the_cases_that_it_promises()
    {
        var capture = HomeDay.Make(new HomeOptions());
        var hellos = capture.Truth.OfType<TlsExpectation>().Where(tls => tls.ClientHello is not null).ToArray();
        var messages = capture.Truth.OfType<DhcpExpectation>().ToArray();

        Assert.Equal(30, DeviceCatalog.All.Count);
        Assert.Contains(hellos, tls => tls.ClientHello!.ToBytes().Length > TcpConversation.SegmentSize);
        Assert.Contains(capture.Truth.OfType<TlsExpectation>(), tls => tls.ServerHello?.Random == ServerHelloMessage.RetryRandom);
        Assert.True(hellos.Count(tls => tls.IsQuic) >= 10);
        Assert.Contains(hellos, tls => tls.Server.Port == 587);
        Assert.Contains(hellos, tls => tls.Server.Port == 8080);
        Assert.True(hellos.Where(tls => tls.Behind is not null).Select(tls => tls.Client.Address).Distinct().Count() >= 5);
        Assert.Contains(messages, dhcp => dhcp.Message.Cookie is null);
        Assert.Contains(messages, dhcp => dhcp.Message.Hops == 1);
        Assert.Equal(2, capture.Stations.Where(station => station.Model.ChangesAddress || station.Model.Prefix is null
            && station.Router is null)
            .Select(station => station.Mac).Distinct().Count());
    }

    [Fact]
    public void Longer_and_busier_homes_grow()
    {
        var day = HomeDay.Make(new HomeOptions(Devices: 8));
        Assert.True(HomeDay.Make(new HomeOptions(Devices: 8, Hours: 48)).Frames.Count > day.Frames.Count);
        Assert.True(HomeDay.Make(new HomeOptions(Devices: 8, Scale: 3)).Frames.Count > 2 * day.Frames.Count);
        Assert.True(HomeDay.Make(new HomeOptions(Devices: 64)).Stations.Select(station => station.Mac).Distinct().Count() > 60);
    }

    private static byte[] Bytes(HomeCapture capture, CaptureFormat format)
    {
        using var bytes = new MemoryStream();
        CaptureWriter.Write(bytes, format, CaptureWriter.Ethernet, capture.Frames);
        return bytes.ToArray();
    }
}
