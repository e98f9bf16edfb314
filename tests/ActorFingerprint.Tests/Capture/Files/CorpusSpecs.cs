using System.Buffers.Binary;
using ActorFingerprint.Capture.Files;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Files;

/// <summary>Every capture of the shared corpora opens, and holds as many frames as an independent count finds.</summary>
public sealed class CorpusSpecs
{
    // Captures that are cut or corrupt on purpose; every other one must be read without a warning.
    private static readonly Dictionary<string, string> Damaged = new()
    {
        ["tls/suricata-verify/bug-1450-04/tls_DER-incomplete-header.pcap"] = "a record of 4325376 bytes",
        ["wifi/synthetic/33-truncated-file.pcap"] = "cut off at byte 338",
        ["wifi/misc/scapy-bad_rsn_parsing_overrides_ssid.pcap"] = "cut off at byte 360",
        ["wifi/taxonomy/wt-1c6f7ba2d171.pcap"] = "cut off at byte 762",
    };

    [Fact]
    public async Task Every_capture_of_the_shared_corpora_is_read_to_its_end()
    {
        Assert.SkipWhen(Repository.Shared is null, "the shared corpora are not there");
        var root = Path.Combine(Repository.Shared, "corpus");
        var files = 0;
        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!IsCapture(path)) continue;
            files++;
            var name = Path.GetRelativePath(root, path);
            var source = FileCaptureSource.FromFiles([path]);
            var frames = 0L;
            await foreach (var block in source.ReadAsync(null, TestContext.Current.CancellationToken))
            {
                frames += block.Count;
                block.Dispose();
            }
            Assert.True(frames == CountSlowly(File.ReadAllBytes(path)), $"{name}: {frames} frames");
            if (Damaged.TryGetValue(name, out var warning))
                Assert.Contains(warning, Assert.Single(source.Warnings), StringComparison.Ordinal);
            else
                Assert.True(source.Warnings.Count == 0, string.Join('\n', source.Warnings));
        }
        Assert.True(files > 1_500, $"{files} captures");
    }

    private static bool IsCapture(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[4];
        return file.Read(head) == 4 && Convert.ToHexString(head) is "D4C3B2A1" or "A1B2C3D4" or "4D3CB2A1" or "A1B23C4D" or "0A0D0D0A";
    }

    // Another way to count: by whole-file offsets, without the reader's code.
    private static long CountSlowly(byte[] bytes)
    {
        var (frames, at) = (0L, 24L);
        var isBigEndian = bytes[0] == 0xA1;
        if (bytes[0] == 0x0A)
        {
            for (at = 0; at + 12 <= bytes.Length; at += U32(at + 4))
            {
                if (bytes[at] == 0x0A) isBigEndian = bytes[at + 8] == 0x1A;
                if (U32(at) is 2 or 3 or 6) frames++;
            }
            return frames;
        }
        for (; at + 16 <= bytes.Length && at + 16 + U32(at + 8) <= bytes.Length; at += 16 + U32(at + 8)) frames++;
        return frames;

        uint U32(long offset)
        {
            var word = bytes.AsSpan((int)offset, 4);
            return isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(word) : BinaryPrimitives.ReadUInt32LittleEndian(word);
        }
    }
}
