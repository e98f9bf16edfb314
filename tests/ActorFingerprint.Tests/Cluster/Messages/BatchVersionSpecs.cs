using System.Globalization;
using ActorFingerprint.Cluster.Messages;
using ActorFingerprint.Cluster.Messages.Wire;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Sharding;
using Xunit;

namespace ActorFingerprint.Tests.Cluster.Messages;

/// <summary>Nodes of one version apart understand each other.</summary>
public sealed class BatchVersionSpecs
{
    private const int MajorAt = 4;
    private const int MinorAt = 5;
    private const int EnvelopesAt = 28;

    private static readonly string This = string.Create(CultureInfo.InvariantCulture, $"v{BatchFormat.Major}.{BatchFormat.Minor}");

    /// <summary>Stored messages of each minor version, by the version that wrote them.</summary>
    public static TheoryData<string> Stored => ["v1.0"];

    [Theory]
    [MemberData(nameof(Stored))]
    public void A_stored_message_of_every_version_stays_readable(string version)
    {
        Assert.True(new BatchDecoder().TryDecode(File.ReadAllBytes(PathOf(version + ".batch")), out var batch, out var reason), reason);
        var lines = Structure.Of(batch.Batch).ToHashSet(StringComparer.Ordinal);
        string[] lost = [.. File.ReadAllLines(PathOf(version + ".txt")).Where(line => !lines.Contains(line))];
        Assert.True(lost.Length == 0, $"no longer read: {string.Join("; ", lost.Take(5))}");
    }

    /// <summary>Run by name, once for each version, before it is released.</summary>
    [Fact(Explicit = true)]
    public void Store_a_message_of_this_version()
    {
        var batch = BatchSamples.OfAllTypes(20261122, rounds: 1);
        File.WriteAllBytes(PathOf(This + ".batch"), BatchSamples.Encode(batch));
        File.WriteAllLines(PathOf(This + ".txt"), Structure.Of(batch));
    }

    [Fact]
    public void This_version_writes_what_is_stored_of_it()
    {
        Assert.Contains(This, Stored.Select(row => row.Data));
        var stored = File.ReadAllBytes(PathOf(This + ".batch"));
        Assert.True(new BatchDecoder().TryDecode(stored, out var batch, out var reason), reason);
        Assert.Equal(stored, BatchSamples.Encode(batch.Batch));
    }

    [Fact]
    public void A_reader_one_minor_version_behind_reads_all_that_it_knows()
    {
        var batch = BatchSamples.OfAllTypes(4711);
        var newer = new BatchEncoder(new NewerWriter(), BatchFormat.Minor + 1).Encode(BatchSamples.Region, 1, batch);
        Assert.True(new BatchDecoder().TryDecode(newer, out var read, out var reason), reason);
        Assert.Equal(Structure.Of(batch), Structure.Of(read.Batch));
        Assert.Equal((BatchFormat.Minor + 1, 0), (read.Header.Minor, read.Skipped));
        Assert.True(newer.Length > BatchSamples.Encode(batch).Length, "the newer message has nothing more");
    }

    [Fact]
    public void An_observation_of_a_later_type_is_left_out_and_counted()
    {
        var batch = BatchSamples.OfAllTypes(1);
        byte[] unknown = [8, 200, 2, 0, 1, 2, 3, 4, 5]; // its length, a code of later, frame, index, fields
        byte[] newer = [.. BatchSamples.Encode(batch), .. unknown];
        newer[MinorAt]++;
        newer[EnvelopesAt]++;
        BatchHeader.Seal(newer);
        Assert.True(new BatchDecoder().TryDecode(newer, out var read, out var reason), reason);
        Assert.Equal((batch.Envelopes.Count, 1), (read.Batch.Envelopes.Count, read.Skipped));
    }

    [Fact]
    public void A_fact_of_a_later_kind_is_left_out_and_counted()
    {
        var observation = new RelayedObservation(new Origin { Frame = 1, AtTicks = 1 }, "tls", "client_hello")
        {
            Facts = [new DeviceFact(FactKind.Hassh, "a"), new DeviceFact((FactKind)200, "b")],
            HostNames = [new GivenName("c", (HostNameSource)201)],
        };
        var message = BatchSamples.Encode(new ShardBatch("run", 1, 0, [new ShardEnvelope(observation, null, 1, 0)]));
        Assert.True(new BatchDecoder().TryDecode(message, out var read, out var reason), reason);
        var signal = (SignalObservation)read.Batch.Envelopes[0].Observation!;
        Assert.Equal([new DeviceFact(FactKind.Hassh, "a")], signal.Facts);
        Assert.Empty(signal.HostNames);
        Assert.Equal(2, read.Skipped);
    }

    [Fact]
    public void Another_major_version_is_refused_by_its_number()
    {
        var message = BatchSamples.Encode(BatchSamples.OfAllTypes(1));
        message[MajorAt] = 2;
        Assert.False(new BatchDecoder().TryDecode(message, out _, out var reason));
        Assert.StartsWith("batch format 2.0, this version reads 1.x", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_behind_the_last_envelope_belong_to_a_later_version_alone()
    {
        byte[] longer = [.. BatchSamples.Encode(BatchSamples.OfAllTypes(1)), 1, 2, 3];
        BatchHeader.Seal(longer);
        Assert.False(new BatchDecoder().TryDecode(longer, out _, out var reason));
        Assert.EndsWith("3 bytes behind the last envelope", reason, StringComparison.Ordinal);
        longer[MinorAt]++;
        BatchHeader.Seal(longer);
        Assert.True(new BatchDecoder().TryDecode(longer, out _, out reason), reason);
    }

    private static string PathOf(string name) => Path.Combine(Repository.Root, "tests", "data", "batches", name);

    /// <summary>A later version: it adds two fields to every record and content, one of a kind of content that nobody here knows.</summary>
    private sealed class NewerWriter : BatchWriter
    {
        protected override void EndFields()
        {
            Number(-77);
            Count(Table.Intern((SharedKind)99, "later"u8));
        }
    }
}
