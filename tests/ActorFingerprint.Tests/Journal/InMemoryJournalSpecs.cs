using System.Runtime.InteropServices;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Journal;

public sealed class InMemoryJournalSpecs : JournalSpec
{
    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(new InMemoryJournal(keepEvents: true));

    protected override async Task CorruptEventAsync(string persistenceId, long sequenceNumber)
    {
        var stored = (await ReplayAsync(persistenceId)).Single(e => e.SequenceNumber == sequenceNumber);
        Assert.True(MemoryMarshal.TryGetArray(stored.Payload, out var bytes));
        bytes.Array![bytes.Offset] ^= 1;
    }

    [Fact]
    public async Task Without_events_sequence_numbers_fences_and_snapshots_still_hold()
    {
        var journal = new InMemoryJournal(keepEvents: false);
        await journal.WriteAsync([new(null, [Event("a", 1), Event("a", 2)], [Snapshot("a", 2, "s")])], Stop);
        await Assert.ThrowsAsync<JournalConflictException>(() => journal.WriteAsync([new(null, [Event("a", 2)], [])], Stop));
        Assert.Equal(2, (await journal.LoadAsync("a", Stop))!.SequenceNumber);
        Assert.Equal(2, await journal.HighestSequenceNumberAsync("a", Stop));
        await foreach (var _ in journal.ReplayAsync("a", 3, Stop)) Assert.Fail("nothing lies after the snapshot");
        await Assert.ThrowsAsync<InvalidOperationException>(() => journal.ReadAsync(0, 1, Stop));
    }
}
