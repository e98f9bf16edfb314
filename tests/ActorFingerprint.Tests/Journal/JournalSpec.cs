using System.Text;
using ActorFingerprint.Engine.Journal;
using Xunit;

namespace ActorFingerprint.Tests.Journal;

/// <summary>
/// What every journal must do: our TCK. An adapter passes by deriving from it and making an empty journal; nothing here may know
/// which one runs.
/// </summary>
public abstract class JournalSpec : IAsyncLifetime
{
    private IJournal? _journal;

    protected IJournal Journal => _journal!;

    protected ISnapshotStore Snapshots => (ISnapshotStore)_journal!;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Makes an empty journal, which is also a snapshot store.</summary>
    protected abstract Task<IJournal> OpenAsync();

    /// <summary>Changes one byte of a stored payload behind the journal's back.</summary>
    protected abstract Task CorruptEventAsync(string persistenceId, long sequenceNumber);

    public async ValueTask InitializeAsync() => _journal = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Events_come_back_in_sequence_as_they_were_written()
    {
        await WriteAsync(Event("a", 1, "one"), Event("b", 1, "other"), Event("a", 2, "two", tag: "t"));
        var replayed = await ReplayAsync("a");
        Assert.Equal([1L, 2L], replayed.Select(e => e.SequenceNumber));
        Assert.Equal(["one", "two"], replayed.Select(Text));
        Assert.Equal([null, "t"], replayed.Select(e => e.Tag));
        Assert.All(replayed, e => Assert.Equal(("a", "test.happened.v1"), (e.PersistenceId, e.Manifest)));
        Assert.Single(replayed.Select(e => e.WriterUuid).Distinct());
    }

    [Fact]
    public async Task Replay_starts_at_the_given_sequence_number()
    {
        await WriteAsync([.. Enumerable.Range(1, 1500).Select(n => Event("a", n, $"{n}"))]);
        Assert.Equal(Enumerable.Range(7, 1494).Select(n => (long)n), (await ReplayAsync("a", from: 7)).Select(e => e.SequenceNumber));
        Assert.Empty(await ReplayAsync("a", from: 1501));
        Assert.Empty(await ReplayAsync("unknown"));
    }

    [Fact]
    public async Task An_empty_payload_and_text_beyond_ascii_survive()
    {
        await WriteAsync(Event("gerät-ü", 1, ""), Event("gerät-ü", 2, "\"grüße\""));
        Assert.Equal(["", "\"grüße\""], (await ReplayAsync("gerät-ü")).Select(Text));
    }

    [Fact]
    public async Task The_caller_may_reuse_its_buffer_after_a_write()
    {
        var buffer = "first"u8.ToArray();
        await WriteAsync(new NewEvent("a", 1, "test.happened.v1", buffer));
        await Journal.WriteAsync([new(null, [], [new("a", 1, "test.snapshot.v1", buffer)])], Stop);
        "other"u8.CopyTo(buffer);
        Assert.Equal("first", Text(Assert.Single(await ReplayAsync("a"))));
        Assert.Equal("first", Encoding.UTF8.GetString((await Snapshots.LoadAsync("a", Stop))!.Payload.Span));
    }

    [Theory]
    [InlineData(1, "is taken")]
    [InlineData(2, "is taken")]
    [InlineData(4, "leaves a gap")]
    [InlineData(0, "is taken")]
    public async Task A_number_that_is_not_the_next_is_refused(long sequenceNumber, string reason)
    {
        await WriteAsync(Event("a", 1), Event("a", 2));
        var refused = await Assert.ThrowsAsync<JournalConflictException>(() => WriteAsync(Event("a", sequenceNumber)));
        Assert.Contains($"a: sequence number {sequenceNumber} {reason}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, await Journal.HighestSequenceNumberAsync("a", Stop));
    }

    [Fact]
    public async Task An_entity_starts_at_one()
    {
        await Assert.ThrowsAsync<JournalConflictException>(() => WriteAsync(Event("a", 2)));
        await WriteAsync(Event("a", 1));
        Assert.Equal(1, await Journal.HighestSequenceNumberAsync("a", Stop));
        Assert.Equal(0, await Journal.HighestSequenceNumberAsync("b", Stop));
    }

    [Fact]
    public async Task A_conflict_anywhere_in_a_call_leaves_nothing_of_it()
    {
        await WriteAsync(Event("taken", 1));
        AtomicWrite good = new(null, [Event("a", 1), Event("a", 2)], [Snapshot("a", 2, "s")]);
        AtomicWrite bad = new(null, [Event("b", 1), Event("taken", 1)], [Snapshot("b", 1, "s")]);
        await Assert.ThrowsAsync<JournalConflictException>(() => Journal.WriteAsync([good, bad], Stop));
        Assert.Equal(0, await Journal.HighestSequenceNumberAsync("a", Stop));
        Assert.Equal(0, await Journal.HighestSequenceNumberAsync("b", Stop));
        Assert.Null(await Snapshots.LoadAsync("a", Stop));
        Assert.Single(await Journal.ReadAsync(0, 10, Stop));

        await Journal.WriteAsync([good], Stop);
        Assert.Equal(2, (await ReplayAsync("a")).Count);
    }

    [Fact]
    public async Task A_gap_inside_one_call_is_refused_whole()
    {
        await Assert.ThrowsAsync<JournalConflictException>(() => WriteAsync(Event("a", 1), Event("a", 3)));
        await Assert.ThrowsAsync<JournalConflictException>(() => WriteAsync(Event("a", 1), Event("a", 1)));
        Assert.Empty(await Journal.ReadAsync(0, 10, Stop));
    }

    [Fact]
    public async Task An_earlier_owner_of_a_shard_can_no_longer_write()
    {
        var first = await Journal.ClaimShardAsync("device", 3, "one", Stop);
        await Journal.WriteAsync([new(new("device", 3, first), [Event("a", 1)], [])], Stop);
        var second = await Journal.ClaimShardAsync("device", 3, "two", Stop);
        Assert.True(second > first);
        var stale = new AtomicWrite(new("device", 3, first), [Event("a", 2)], [Snapshot("a", 2, "s")]);
        var refused = await Assert.ThrowsAsync<JournalConflictException>(() => Journal.WriteAsync([stale], Stop));
        Assert.Contains("shard device/3", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await Journal.HighestSequenceNumberAsync("a", Stop));
        Assert.Null(await Snapshots.LoadAsync("a", Stop));
        await Journal.WriteAsync([stale with { Fence = new("device", 3, second) }], Stop);
    }

    [Fact]
    public async Task A_fence_of_a_shard_nobody_claimed_is_stale()
    {
        AtomicWrite write = new(new("device", 9, 1), [Event("a", 1)], []);
        await Assert.ThrowsAsync<JournalConflictException>(() => Journal.WriteAsync([write], Stop));
    }

    [Fact]
    public async Task Claims_of_one_shard_leave_the_others_alone()
    {
        var other = await Journal.ClaimShardAsync("device", 1, "one", Stop);
        await Journal.ClaimShardAsync("device", 2, "one", Stop);
        await Journal.ClaimShardAsync("limiter", 1, "one", Stop);
        await Journal.WriteAsync([new(new("device", 1, other), [Event("a", 1)], [])], Stop);
    }

    [Fact]
    public async Task All_epochs_of_a_region_are_read_at_once()
    {
        Assert.Empty(await Journal.ReadEpochsAsync("device", Stop));
        await Journal.ClaimShardAsync("device", 1, "one", Stop);
        await Journal.ClaimShardAsync("limiter", 1, "one", Stop);
        await Journal.ClaimShardAsync("device", 63, "one", Stop);
        var newest = await Journal.ClaimShardAsync("device", 63, "two", Stop);
        Assert.Equal([(1, 1L), (63, newest)], (await Journal.ReadEpochsAsync("device", Stop)).OrderBy(e => e.Key).Select(e => (e.Key, e.Value)));
    }

    [Fact]
    public async Task A_stale_fence_refuses_the_writes_of_other_shards_in_the_same_call()
    {
        var mine = await Journal.ClaimShardAsync("device", 1, "one", Stop);
        AtomicWrite good = new(new("device", 1, mine), [Event("a", 1)], []);
        AtomicWrite stale = new(new("device", 2, 7), [Event("b", 1)], []);
        await Assert.ThrowsAsync<JournalConflictException>(() => Journal.WriteAsync([good, stale], Stop));
        Assert.Empty(await Journal.ReadAsync(0, 10, Stop));
    }

    [Fact]
    public async Task Entities_are_listed_in_order_with_their_highest_number()
    {
        await WriteAsync(Event("x-b", 1), Event("x-a", 1), Event("x-b", 2), Event("y", 1), Event("x", 1));
        var first = Assert.Single(await Journal.EntitiesAsync("x-", "x.", 1, Stop));
        Assert.Equal(("x-a", 1L), (first.PersistenceId, first.SequenceNumber));
        Assert.True(first.CreatedMs > 0);
        var second = Assert.Single(await Journal.EntitiesAsync(first.PersistenceId, "x.", 5, Stop));
        Assert.Equal(("x-b", 2L), (second.PersistenceId, second.SequenceNumber));
        Assert.Empty(await Journal.EntitiesAsync(second.PersistenceId, "x.", 5, Stop));
    }

    [Fact]
    public async Task A_deleted_entity_is_gone_begins_anew_and_no_ordering_is_used_again()
    {
        var epoch = await Journal.ClaimShardAsync("limiter", 1, "one", Stop);
        await Journal.WriteAsync([new(null, [Event("a", 1), Event("b", 1), Event("a", 2)], [Snapshot("a", 2, "s")])], Stop);
        await WriteAsync(Event("c", 1));
        var orderings = (await Journal.ReadAsync(0, 10, Stop)).Select(e => e.Ordering).ToArray();
        Assert.Equal(1, await Journal.DeleteAsync(new("limiter", 1, epoch), [new("a", 2, 0)], Stop));
        Assert.Equal(["b1", "c1"], (await Journal.ReadAsync(0, 10, Stop)).Select(e => $"{e.PersistenceId}{e.SequenceNumber}"));
        Assert.Empty(await ReplayAsync("a"));
        Assert.Null(await Snapshots.LoadAsync("a", Stop));
        Assert.Equal(0, await Journal.HighestSequenceNumberAsync("a", Stop));
        Assert.DoesNotContain("a", (await Journal.EntitiesAsync("", "z", 10, Stop)).Select(e => e.PersistenceId));
        await Assert.ThrowsAsync<JournalConflictException>(() => WriteAsync(Event("a", 3))); // whoever still had it in memory
        await WriteAsync(Event("a", 1));
        Assert.True((await ReplayAsync("a")).Single().Ordering > orderings[^1]);
    }

    [Fact]
    public async Task What_has_gone_on_what_is_last_and_what_another_owner_has_is_not_deleted()
    {
        var epoch = await Journal.ClaimShardAsync("limiter", 1, "one", Stop);
        var fence = new ShardFence("limiter", 1, epoch);
        await WriteAsync(Event("a", 1), Event("a", 2), Event("b", 1));
        Assert.Equal(0, await Journal.DeleteAsync(fence, [new("a", 1, 0), new("b", 1, 0), new("unknown", 4, 0)], Stop));
        await Journal.ClaimShardAsync("limiter", 1, "two", Stop);
        await Assert.ThrowsAsync<JournalConflictException>(() => Journal.DeleteAsync(fence, [new("a", 2, 0)], Stop));
        Assert.Equal(3, (await Journal.ReadAsync(0, 10, Stop)).Count);
    }

    [Fact]
    public async Task Reading_by_ordering_pages_through_everything_in_the_order_of_writing()
    {
        await WriteAsync(Event("a", 1), Event("b", 1));
        await WriteAsync(Event("a", 2), Event("c", 1), Event("b", 2));
        var (all, after) = (new List<StoredEvent>(), 0L);
        while (await Journal.ReadAsync(after, 2, Stop) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 2);
            all.AddRange(page);
            after = page[^1].Ordering;
        }
        Assert.Equal(["a1", "b1", "a2", "c1", "b2"], all.Select(e => $"{e.PersistenceId}{e.SequenceNumber}"));
        Assert.True(all.Zip(all.Skip(1)).All(pair => pair.First.Ordering < pair.Second.Ordering));
    }

    [Fact]
    public async Task Snapshots_come_with_the_events_and_the_newest_wins()
    {
        await Journal.WriteAsync([new(null, [Event("a", 1), Event("a", 2)], [Snapshot("a", 2, "two")])], Stop);
        Assert.Equal((2L, "two"), await LoadAsync("a"));
        await Journal.WriteAsync([new(null, [Event("a", 3)], [Snapshot("a", 3, "three")])], Stop);
        await Journal.WriteAsync([new(null, [], [Snapshot("a", 2, "late")])], Stop);
        Assert.Equal((3L, "three"), await LoadAsync("a"));
        await Journal.WriteAsync([new(null, [], [Snapshot("a", 3, "again")])], Stop);
        Assert.Equal((3L, "again"), await LoadAsync("a"));
        Assert.Null(await Snapshots.LoadAsync("b", Stop));
    }

    [Fact]
    public async Task A_rewrite_keeps_row_ordering_and_sequence()
    {
        await WriteAsync(Event("a", 1, "secret"), Event("a", 2, "kept"), Event("b", 1, "kept"));
        var before = await Journal.ReadAsync(0, 10, Stop);
        await Journal.WriteAsync([new(null, [], [Snapshot("a", 2, "secret"), Snapshot("b", 1, "kept")])], Stop);
        await Journal.RewriteAsync([new("a", 1, "erased.v1", "{}"u8.ToArray())], ["a"], null, Stop);
        var after = await Journal.ReadAsync(0, 10, Stop);
        Assert.Equal(before.Select(Place), after.Select(Place));
        Assert.Equal(["{}", "kept", "kept"], after.Select(Text));
        Assert.Equal(["erased.v1", "test.happened.v1", "test.happened.v1"], after.Select(e => e.Manifest));
        Assert.Null(await Snapshots.LoadAsync("a", Stop));
        Assert.NotNull(await Snapshots.LoadAsync("b", Stop));
        await Assert.ThrowsAsync<JournalConflictException>(() => WriteAsync(Event("a", 1)));
        await WriteAsync(Event("a", 3));

        static (long, string, long, long) Place(StoredEvent e) => (e.Ordering, e.PersistenceId, e.SequenceNumber, e.CreatedMs);
    }

    [Fact]
    public async Task A_rewrite_of_a_missing_event_changes_nothing()
    {
        await WriteAsync(Event("a", 1, "kept"));
        Rewrite[] rewrites = [new("a", 1, "erased.v1", "{}"u8.ToArray()), new("a", 2, "erased.v1", "{}"u8.ToArray())];
        await Assert.ThrowsAsync<JournalConflictException>(() => Journal.RewriteAsync(rewrites, [], null, Stop));
        Assert.Equal("kept", Text(Assert.Single(await ReplayAsync("a"))));
    }

    [Fact]
    public async Task Of_writers_that_race_for_a_number_exactly_one_gets_it()
    {
        const int Numbers = 20, Writers = 8;
        for (var number = 1; number <= Numbers; number++)
        {
            var race = Enumerable.Range(0, Writers).Select(async writer =>
            {
                try
                {
                    await Journal.WriteAsync([new(null, [Event("a", number, $"{writer}"), Event($"w{writer}", number)], [])], Stop);
                    return true;
                }
                catch (JournalConflictException)
                {
                    await Journal.WriteAsync([new(null, [Event($"w{writer}", number)], [])], Stop);
                    return false;
                }
            });
            Assert.Single(await Task.WhenAll(race), won => won);
        }
        Assert.Equal(Numbers, (await ReplayAsync("a")).Count);
        Assert.Equal(Numbers * (Writers + 1), (await Journal.ReadAsync(0, 1000, Stop)).Count);
    }

    [Fact]
    public async Task A_write_cancelled_before_it_begins_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        AtomicWrite write = new(null, [Event("a", 1)], []);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.WriteAsync([write], cancelled.Token));
        Assert.Equal(0, await Journal.HighestSequenceNumberAsync("a", Stop));
        await Journal.WriteAsync([write], Stop);
    }

    [Fact]
    public async Task A_row_that_lost_its_checksum_is_named_and_not_returned()
    {
        await WriteAsync(Event("a", 1), Event("a", 2, "to be damaged"), Event("b", 1));
        await CorruptEventAsync("a", 2);
        var replay = await Assert.ThrowsAsync<JournalCorruptException>(() => ReplayAsync("a"));
        Assert.Contains("a with sequence number 2 ", replay.Message, StringComparison.Ordinal);
        var read = await Assert.ThrowsAsync<JournalCorruptException>(() => Journal.ReadAsync(0, 10, Stop));
        Assert.Contains("a with sequence number 2 ", read.Message, StringComparison.Ordinal);
        Assert.Single(await ReplayAsync("b"));
    }

    [Fact]
    public async Task A_write_of_nothing_is_fine()
    {
        await Journal.WriteAsync([], Stop);
        await Journal.WriteAsync([new(null, [], [])], Stop);
        Assert.Empty(await Journal.ReadAsync(0, 10, Stop));
    }

    protected static NewEvent Event(string id, long sequenceNumber, string payload = "{}", string? tag = null) =>
        new(id, sequenceNumber, "test.happened.v1", Encoding.UTF8.GetBytes(payload), tag);

    protected static NewSnapshot Snapshot(string id, long sequenceNumber, string payload) =>
        new(id, sequenceNumber, "test.snapshot.v1", Encoding.UTF8.GetBytes(payload));

    protected static string Text(StoredEvent stored) => Encoding.UTF8.GetString(stored.Payload.Span);

    protected Task WriteAsync(params NewEvent[] events) => Journal.WriteAsync([new(null, events, [])], Stop);

    protected async Task<List<StoredEvent>> ReplayAsync(string id, long from = 1)
    {
        var events = new List<StoredEvent>();
        await foreach (var stored in Journal.ReplayAsync(id, from, Stop)) events.Add(stored);
        return events;
    }

    private async Task<(long, string)?> LoadAsync(string id) =>
        await Snapshots.LoadAsync(id, Stop) is { } found ? (found.SequenceNumber, Encoding.UTF8.GetString(found.Payload.Span)) : null;
}
