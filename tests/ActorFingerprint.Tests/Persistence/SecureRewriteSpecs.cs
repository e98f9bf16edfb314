using System.Text;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Sqlite;
using Xunit;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>What a rewrite replaced is in no file of the store any more, while the journal is open and after.</summary>
public sealed class SecureRewriteSpecs : IDisposable
{
    private const string Needle = "needle-in-the-store";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(40)]
    [InlineData(9000)]
    public async Task No_byte_of_a_rewritten_payload_or_dropped_snapshot_remains(int longest)
    {
        var random = new Random(longest);
        await using (var journal = SqliteJournal.Open(new() { Folder = _folder.Path }))
        {
            var next = new long[200];
            for (var commit = 0; commit < 60; commit++)
            {
                var (events, snapshots) = (new List<NewEvent>(), new List<NewSnapshot>());
                for (var i = 0; i < 50; i++)
                {
                    var device = random.Next(next.Length);
                    var secret = device % 3 == 0;
                    events.Add(new($"device-{device:D64}", ++next[device], "test.happened.v1", Payload(random, longest, secret)));
                    if (random.Next(4) == 0) snapshots.Add(
                        new($"device-{device:D64}", next[device], "test.snapshot.v1", Payload(random, longest, secret)));
                }
                await journal.WriteAsync([new(null, events, snapshots)], Stop);
            }
            Assert.NotEmpty(FilesWithTheNeedle());

            var rewrites = new List<Rewrite>();
            var erased = new List<string>();
            for (var device = 0; device < next.Length; device += 3)
            {
                erased.Add($"device-{device:D64}");
                for (var n = 1; n <= next[device]; n++) rewrites.Add(new(erased[^1], n, "erased.v1", "{}"u8.ToArray()));
            }
            await journal.RewriteAsync(rewrites, erased, null, Stop);
            Assert.Empty(FilesWithTheNeedle());
        }
        Assert.Empty(FilesWithTheNeedle());
    }

    private static byte[] Payload(Random random, int longest, bool secret)
    {
        var text = new StringBuilder();
        var length = random.Next(24, longest);
        while (text.Length < length) text.Append(secret ? Needle : "common-text-of-a-row").Append(random.Next(10));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private List<string> FilesWithTheNeedle() =>
        [.. Directory.GetFiles(_folder.Path, "*.db*").Where(file => Read(file).AsSpan().IndexOf("needle-in"u8) >= 0)];

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
