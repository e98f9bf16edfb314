using System.Buffers.Binary;
using ActorFingerprint.Tools.FrameGenerator;
using ActorFingerprint.Tools.FrameGenerator.Home;
using ActorFingerprint.Tools.FrameGenerator.Writers;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>A generated capture, and a file that grows into it as the test says: what a sensor that follows it has read is so known.</summary>
internal sealed class GrowingCapture
{
    private const int FileHeader = 24, RecordHeader = 16;

    private readonly byte[] _bytes;
    private readonly List<int> _ends = [];
    private int _written;

    private GrowingCapture(string folder, byte[] bytes)
    {
        (_bytes, Folder) = (bytes, Directory.CreateDirectory(Path.Combine(folder, "captures")).FullName);
        for (var at = FileHeader; at < bytes.Length; _ends.Add(at))
            at += RecordHeader + (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8));
        File.WriteAllBytes(Growing, bytes[..FileHeader]);
        _written = FileHeader;
    }

    /// <summary>The folder to follow, with the one file in it.</summary>
    public string Folder { get; }

    /// <summary>What was let out so far.</summary>
    public string Growing => Path.Combine(Folder, "home.pcap");

    /// <summary>Frames in all of it.</summary>
    public int Frames => _ends.Count;

    /// <summary>Makes one.</summary>
    public static GrowingCapture Make(string folder, int devices, int hours, int scale = 1)
    {
        using var file = new MemoryStream();
        CaptureWriter.Write(file, CaptureFormat.Pcap, CaptureWriter.Ethernet, HomeDay.Make(new HomeOptions(1, devices, hours, scale)).Frames);
        return new GrowingCapture(folder, file.ToArray());
    }

    /// <summary>Makes one of DHCP alone, the same hours again and again: more observations than the smallest spool holds, in few bytes.</summary>
    public static GrowingCapture OfManyObservations(string folder)
    {
        const int Observations = 500_000;
        Frame[] once = [.. HomeDay.Make(new HomeOptions(1, 120, 4)).Frames.Where(frame => IsDhcp(frame.Bytes))];
        var step = once[^1].AtMicros - once[0].AtMicros + 1_000_000;
        using var file = new MemoryStream();
        CaptureWriter.Write(file, CaptureFormat.Pcap, CaptureWriter.Ethernet,
            [.. Enumerable.Range(0, (Observations / once.Length) + 1).SelectMany(round => once.Select(frame => new Frame(frame.AtMicros + (round * step), frame.Bytes)))]);
        return new GrowingCapture(folder, file.ToArray());

        static bool IsDhcp(byte[] frame) => frame.Length > 42 && frame.AsSpan(12, 2).SequenceEqual((ReadOnlySpan<byte>)[8, 0]) && frame[23] == 17
            && frame[34] == 0 && frame[35] is (67 or 68);
    }

    /// <summary>Lets the growing file have this share of all frames.</summary>
    public void GrowTo(double share)
    {
        var end = _ends[Math.Clamp((int)(share * _ends.Count), 1, _ends.Count) - 1];
        if (end <= _written) return;
        using var file = new FileStream(Growing, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(_bytes, _written, end - _written);
        _written = end;
    }

    /// <summary>Lets it grow from where it is to this share, evenly over some time.</summary>
    public async Task GrowAsync(double from, double to, TimeSpan over, CancellationToken stop)
    {
        const int Steps = 20;
        for (var step = 1; step <= Steps; step++)
        {
            GrowTo(from + ((to - from) * step / Steps));
            await Task.Delay(over / Steps, stop);
        }
    }
}
