using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Devices.Storage;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Maintenance;

namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// Builds the projections from the first event up to a target. One reader hands pages to all parts of the devices, each of which folds and
/// writes its own on its own connection, with its own offset: after a crash each goes on from there. Few pages wait for a part, so memory is
/// bounded whatever the journal's size.
/// </summary>
internal sealed class ProjectionRebuild(IJournal journal, IProjectionSide side)
{
    private const int Page = 4096;
    private const int PagesAhead = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _offsets = [];
    private Exception? _failure;

    /// <summary>The build that was cut off, to be gone on with, or else the one that is wanted, begun.</summary>
    public async Task<ProjectionBuild> PrepareAsync(ProjectionBuild wanted, bool resume, CancellationToken stop)
    {
        var build = resume ? await side.UnfinishedAsync(stop) : null;
        if (build is null || build.Target > wanted.Target) await side.BeginAsync(build = wanted, stop);
        return build;
    }

    /// <summary>Builds, and shows what was built.</summary>
    public async Task RunAsync(ProjectionBuild build, IProgress<RebuildProgress>? progress, CancellationToken stop)
    {
        if (build.Target > 0) await BuildAsync(build, progress, stop);
        await side.ShowAsync(build, stop);
    }

    private async Task BuildAsync(ProjectionBuild build, IProgress<RebuildProgress>? progress, CancellationToken stop)
    {
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var parts = new List<Part>();
        try
        {
            foreach (var partition in ProjectionPartition.Split(build.Parts))
            {
                var worker = await side.OpenAsync(build, partition, stop);
                parts.Add(new(partition, worker, Channel.CreateBounded<ProjectionPage>(PagesAhead)));
                _offsets[partition.Name] = await worker.RunAsync(session => session.Offset(), stop);
            }
            var resumedAt = _offsets.Values.Min();
            var applying = parts.Select(part => ApplyAsync(part, abort)).ToList();
            var reading = ReadAsync(build, resumedAt, parts, progress, abort);
            await Task.WhenAll([reading, .. applying]);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && _failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
        finally
        {
            foreach (var part in parts) await part.Worker.DisposeAsync();
        }
    }

    private async Task ReadAsync(
        ProjectionBuild build, long from, List<Part> parts, IProgress<RebuildProgress>? progress, CancellationTokenSource abort)
    {
        try
        {
            var (after, events) = (from, 0L);
            while (after < build.Target)
            {
                var read = await journal.ReadAsync(after, Page, abort.Token);
                if (read.Count > 0 && read[^1].Ordering > build.Target) read = [.. read.Where(stored => stored.Ordering <= build.Target)];
                if (read.Count == 0) break;
                var page = new ProjectionPage(read, await MacsOfErasedAsync(read, abort.Token));
                foreach (var part in parts) await part.Pages.Writer.WriteAsync(page, abort.Token);
                (after, events) = (page.End, events + read.Count);
                progress?.Report(new(events, Slowest(), build.Target, build.Parts, from));
            }
            foreach (var part in parts) part.Pages.Writer.Complete();
        }
        catch (Exception error)
        {
            await FailAsync(error, abort);
            throw;
        }
    }

    private async Task ApplyAsync(Part part, CancellationTokenSource abort)
    {
        try
        {
            await foreach (var page in part.Pages.Reader.ReadAllAsync(abort.Token))
            {
                var offset = await part.Worker.RunAsync(session => session.Take(page), abort.Token);
                lock (_gate) _offsets[part.Partition.Name] = offset;
            }
            await part.Worker.RunAsync(session => session.Finish(), abort.Token);
        }
        catch (Exception error)
        {
            await FailAsync(error, abort);
            throw;
        }
    }

    /// <summary>The first fault stops the other parts; theirs follow from it.</summary>
    private async Task FailAsync(Exception error, CancellationTokenSource abort)
    {
        Interlocked.CompareExchange(ref _failure, error, null);
        await abort.CancelAsync();
    }

    private long Slowest()
    {
        lock (_gate) return _offsets.Values.Min();
    }

    /// <summary>
    /// The MAC addresses of devices erased in a page, as far as the journal still tells: as a rule it does not, since an erasure overwrites both
    /// the device's events and its address in those of the devices behind it.
    /// </summary>
    private async Task<IReadOnlyDictionary<long, string>?> MacsOfErasedAsync(IReadOnlyList<StoredEvent> page, CancellationToken stop)
    {
        Dictionary<long, string>? macs = null;
        foreach (var erased in page.Where(stored => stored.Manifest == DeviceManifests.DeviceErased))
        {
            string? mac = null;
            foreach (var past in (await journal.OfAsync(erased.PersistenceId, stop)).TakeWhile(past => past.Ordering < erased.Ordering))
            {
                var @event = DeviceEventCodec.Default.Decode(past.Manifest, past.Payload.Span);
                if (@event is DeviceEvent.Erased) mac = null;
                else if (@event is DeviceEvent.FirstSeen { Device.Kind: DeviceKeyKind.Mac } first) mac = first.Device.Mac.ToString();
            }
            if (mac is not null) (macs ??= [])[erased.Ordering] = mac;
        }
        return macs;
    }

    private sealed record Part(
        ProjectionPartition Partition, DatabaseWorkers<ProjectionSession> Worker, Channel<ProjectionPage> Pages);
}
