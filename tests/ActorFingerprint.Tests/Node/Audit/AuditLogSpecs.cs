using System.Runtime.Versioning;
using ActorFingerprint.Node.Audit;
using Xunit;

namespace ActorFingerprint.Tests.Node.Audit;

public sealed class AuditLogSpecs
{
    [Fact]
    public void Lines_are_chained_across_reopening_and_verify()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("audit.log");
        Write(path, "one", "two");
        Write(path, "three");
        var lines = File.ReadAllLines(path);
        Assert.StartsWith("{\"seq\":1,\"at\":\"", lines[0], StringComparison.Ordinal);
        Assert.Contains($"\"prev\":\"{AuditLog.Genesis}\"", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"seq\":3,", lines[2], StringComparison.Ordinal);
        Assert.Equal((3, null), (AuditLog.Verify(path).Lines, AuditLog.Verify(path).Problem));
        using var log = AuditLog.Open(path, TimeProvider.System);
        Assert.Equal(log.Head, AuditLog.Verify(path).Head);
    }

    [Theory]
    [InlineData("changed", 3)]
    [InlineData("removed", 2)]
    [InlineData("swapped", 2)]
    [InlineData("inserted", 3)]
    [InlineData("garbage", 2)]
    public void Tampering_is_found_at_its_line(string how, int badLine)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("audit.log");
        Write(path, "one", "two", "three", "four");
        var lines = File.ReadAllLines(path).ToList();
        switch (how)
        {
            case "changed": lines[1] = lines[1].Replace("\"two\"", "\"owt\"", StringComparison.Ordinal); break;
            case "removed": lines.RemoveAt(1); break;
            case "swapped": (lines[1], lines[2]) = (lines[2], lines[1]); break;
            case "inserted": lines.Insert(2, lines[1]); break;
            default: lines[1] = "not json"; break;
        }
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        var found = AuditLog.Verify(path);
        Assert.False(found.IsIntact);
        Assert.Equal(badLine, found.BadLine);
    }

    [Fact]
    public void A_line_that_a_crash_left_unfinished_is_cut_off_and_its_loss_recorded()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("audit.log");
        Write(path, "one", "two");
        File.AppendAllText(path, "{\"seq\":3,\"at\":");
        Write(path, "three");
        Assert.Equal(4, AuditLog.Verify(path).Lines);
        Assert.True(AuditLog.Verify(path).IsIntact);
        Assert.Contains("14 bytes of an unfinished line removed", File.ReadAllLines(path)[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_kind_is_not_continued()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("audit.log");
        File.WriteAllText(path, "hello\n");
        Assert.Contains("is not an audit line",
            Assert.Throws<InvalidDataException>(() => AuditLog.Open(path, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void The_file_is_for_its_owner_only()
    {
        using var folder = new TemporaryFolder();
        Write(folder.File("audit.log"), "one");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("audit.log")));
    }

    [Theory]
    [InlineData("live:wlx001ec2000001", "live:wlx(mac)")]
    [InlineData("/captures/00-1e-c2-00-00-01.pcap", "/captures/(mac).pcap")]
    [InlineData("live:eth0", "live:eth0")]
    public void Source_names_that_hold_an_address_are_masked(string source, string expected)
    {
        using var folder = new TemporaryFolder();
        using (var log = AuditLog.Open(folder.File("audit.log"), TimeProvider.System)) log.Append(
            new AuditEntry("e", "node", "ok") { Source = source });
        Assert.Contains($"\"source\":\"{expected}\"", File.ReadAllText(folder.File("audit.log")), StringComparison.Ordinal);
    }

    private static void Write(string path, params string[] events)
    {
        using var log = AuditLog.Open(path, TimeProvider.System);
        foreach (var e in events) log.Append(new AuditEntry(e, "node", "ok"));
    }
}
