using System.Runtime.CompilerServices;
using ActorFingerprint.Capture.Files;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Capture;

namespace ActorFingerprint.Capture.Leases;

/// <summary>Why a file could not be read, or a line of it: one for each, until it is put right.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">1-based number of the line; 0 for the whole file.</param>
/// <param name="Problem">What is wrong.</param>
public readonly record struct LeaseTrouble(string File, int Line, string Problem)
{
    /// <inheritdoc />
    public override string ToString() => Line > 0 ? $"{File}({Line}): {Problem}" : $"{File}: {Problem}";
}

/// <summary>
/// Lease files as observations: each lease that holds when it is first read, and again when it was renewed or changed. A lease that is gone tells
/// nothing. Files that are not there are waited for; those that cannot be read are told about once, and tried again.
/// </summary>
public sealed class LeaseSource(IReadOnlyList<LeaseFiles> files, IFolderWatch watch, TimeProvider time, Action<LeaseTrouble> troubled)
    : IObservationSource
{
    /// <summary>What its runs are known by.</summary>
    public const string SourceName = "leases";

    /// <summary>Troubles of one reading that are told one by one.</summary>
    private const int MostTold = 10;

    private readonly Dictionary<string, FileState> _states = new(StringComparer.Ordinal);
    private long _faults, _withoutHardwareAddress;

    /// <inheritdoc />
    public string Name => SourceName;

    /// <summary>A lease file is a state: every start reads it anew.</summary>
    public bool CanResume => false;

    /// <summary>Faulty lines and files so far; the same fault of a file counts once until it is put right.</summary>
    public long Faults => Interlocked.Read(ref _faults);

    /// <summary>Leases of clients without a hardware address in the last readings.</summary>
    public long WithoutHardwareAddress => Interlocked.Read(ref _withoutHardwareAddress);

    /// <inheritdoc />
    public async IAsyncEnumerable<Observation> ReadAsync(long afterFrame, [EnumeratorCancellation] CancellationToken stop)
    {
        var frame = afterFrame;
        while (true)
        {
            foreach (var source in files)
                foreach (var file in source.Existing())
                    foreach (var lease in await NewsAsync(source, file, stop))
                        yield return Observe(lease, ++frame);
            await watch.WaitForChangeAsync(stop);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        (watch as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The leases of a file that hold and were not told yet as they are now.</summary>
    private async Task<IReadOnlyList<Lease>> NewsAsync(LeaseFiles source, string file, CancellationToken stop)
    {
        if (!_states.TryGetValue(file, out var state)) _states[file] = state = new FileState();
        try
        {
            var stamp = new FileInfo(file) is { Exists: true } info ? (info.Length, info.LastWriteTimeUtc.Ticks) : default;
            if (stamp == state.Stamp) return [];
            var reading = await source.ReadAsync(file, stop);
            Trouble(state, reading.Faults.Select(fault => new LeaseTrouble(file, fault.Line, fault.Problem)));
            Interlocked.Add(ref _withoutHardwareAddress, reading.WithoutHardwareAddress - state.WithoutHardwareAddress);
            (state.Stamp, state.WithoutHardwareAddress) = (stamp, reading.WithoutHardwareAddress);
            var now = time.GetUtcNow().UtcTicks;
            var holding = reading.Leases.Where(lease => lease.ExpiresTicks is null || lease.ExpiresTicks > now).ToHashSet();
            var news = holding.Where(lease => !state.Told.Contains(lease))
                .OrderBy(lease => lease.HeardTicks ?? now).ThenBy(lease => lease.Address.ToString(), StringComparer.Ordinal).ToArray();
            state.Told = holding;
            return news;
        }
        catch (FileNotFoundException)
        {
            state.Stamp = default; // replaced at this moment
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            state.Stamp = default;
            Trouble(state, [new LeaseTrouble(file, 0, $"cannot be read ({error.Message}); give this user read access")]);
            return [];
        }
    }

    private void Trouble(FileState state, IEnumerable<LeaseTrouble> found)
    {
        var now = found.ToHashSet();
        var news = now.Where(trouble => !state.Troubles.Contains(trouble)).OrderBy(trouble => trouble.Line).ToArray();
        Interlocked.Add(ref _faults, news.Length);
        foreach (var trouble in news.Take(MostTold)) troubled(trouble);
        if (news.Length > MostTold) troubled(new LeaseTrouble(news[0].File, 0, $"{news.Length - MostTold} more faulty lines"));
        state.Troubles = now;
    }

    private LeaseObservation Observe(Lease lease, long frame)
    {
        var now = time.GetUtcNow().UtcTicks;
        var origin = new Origin
        {
            Device = DeviceKey.OfMac(lease.Mac),
            LinkAddress = lease.Mac,
            AtTicks = Math.Min(lease.HeardTicks ?? now, now),
            Frame = frame,
        };
        var facts = new List<DeviceFact>(2);
        if (lease.ClientId is { } id) facts.Add(new DeviceFact(FactKind.LeaseClientId, Bounded(id)));
        if (lease.VendorClass is { } vendor) facts.Add(new DeviceFact(FactKind.LeaseVendor, Bounded(vendor)));
        return new LeaseObservation(origin, lease.Address)
        {
            Facts = facts,
            HostNames = lease.HostName is { } name ? [new GivenName(Bounded(name), HostNameSource.Lease)] : [],
            ExpiresTicks = lease.ExpiresTicks,
        };
    }

    private static string Bounded(string text) => text.Length <= DeviceFact.MaxLength ? text : text[..DeviceFact.MaxLength];

    /// <summary>What is remembered of a file.</summary>
    private sealed class FileState
    {
        public (long Length, long WrittenTicks) Stamp { get; set; }

        public HashSet<Lease> Told { get; set; } = [];

        public HashSet<LeaseTrouble> Troubles { get; set; } = [];

        public int WithoutHardwareAddress { get; set; }
    }
}
