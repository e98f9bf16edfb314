using System.Runtime.CompilerServices;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification.Api;
using ActorFingerprint.Core.Identification.Api.Sync;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Projections;
using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Node.Hosting;
using ActorFingerprint.Persistence.Fingerbank;
using ActorFingerprint.Persistence.Store;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Fingerbank;

/// <summary>The Fingerbank API of a node: cache, client and background sync. It exists only when it is switched on.</summary>
public sealed class FingerbankService : IAsyncDisposable
{
    /// <summary>How often time goes by for the plan.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>How long a new device may go on showing itself before it is asked about.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(30);

    /// <summary>How long after a failed look at the store the next one is.</summary>
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(30);

    /// <summary>How often hits are written and old answers removed.</summary>
    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromMinutes(1);

    private readonly FingerbankCache _cache;
    private readonly FingerbankClient _client;
    private readonly FingerbankSync _sync;
    private readonly DeviceQuestions _questions;
    private readonly Func<bool> _isElected;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<DeviceKey, long> _settling = [];
    private Task _running = Task.CompletedTask;

    private FingerbankService(
        FingerbankOptions options, ApiKey key, FingerbankCache cache, IDeviceReadModel devices, Func<bool> isElected, TimeProvider time, ILogger log)
    {
        (_cache, _isElected, _time, _log) = (cache, isElected, time, log);
        Fields = options.SentFields;
        _client = new FingerbankClient(options, key, time);
        _questions = new DeviceQuestions(devices, cache, Fields, time);
        var machine = new MachineConditions(options.PauseUnderStrain);
        _sync = new FingerbankSync(cache, _client.AskAsync, machine.Read, options.Limits, GatherAsync, time, log);
    }

    /// <summary>Answers that were kept.</summary>
    public IApiCache Cache => _cache;

    /// <summary>How the cache was used.</summary>
    public FingerbankStatistics Statistics => _cache.Statistics;

    /// <summary>Asks.</summary>
    public IDeviceInterrogation Interrogation => _sync;

    /// <summary>What waits, what was asked, whether the API answers.</summary>
    public SyncState State => _sync.State;

    /// <summary>What of a device may be sent; questions about it are made with these.</summary>
    public IReadOnlySet<ApiField> Fields { get; }

    /// <summary>
    /// Starts it; null when it is off. Throws <see cref="InvalidDataException"/> for the key and <see cref="StoreException"/> for the file.
    /// </summary>
    /// <param name="options">The node's.</param>
    /// <param name="devices">What is known.</param>
    /// <param name="notices">What devices show.</param>
    /// <param name="isElected">This node asks on its own account now: in a cluster one does for all, and all answer from what they have.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">What is told.</param>
    /// <param name="stop">Gives up.</param>
    public static async Task<FingerbankService?> StartAsync(
        ActorFingerprintOptions options, IDeviceReadModel devices, IDeviceNotices notices, Func<bool> isElected, TimeProvider time, ILogger log,
        CancellationToken stop)
    {
        if (!options.Fingerbank.Enabled) return null;
        var key = ApiKey.Load(options.Fingerbank);
        var cache = await FingerbankCache.OpenAsync(StoreFolder.Of(options.Node.Folder), options.Fingerbank.Ttl, time);
        stop.ThrowIfCancellationRequested();
        var service = new FingerbankService(options.Fingerbank, key, cache, devices, isElected, time, log);
        FingerbankLog.Started(log, string.Join(", ", options.Fingerbank.Fields), options.Fingerbank.Address);
        if (cache.Statistics.Corrupt is var damaged and > 0) FingerbankLog.Damaged(log, damaged);
        service._running = Task.WhenAll(service.SyncAsync(service._stop.Token), service.WatchAsync(notices, service._stop.Token));
        return service;
    }

    /// <summary>Removes what was kept about a device. False when there is nothing.</summary>
    public async Task<bool> ForgetAsync(DeviceKey device, CancellationToken stop)
    {
        if (device.Kind != DeviceKeyKind.Mac) return false;
        lock (_gate) _settling.Remove(device);
        return await _sync.ForgetAsync(device.Mac, stop);
    }

    /// <summary>Stops asking and closes the cache.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _sync.Dispose();
        _client.Dispose();
        await _cache.DisposeAsync();
        _stop.Dispose();
    }

    private async Task SyncAsync(CancellationToken stop)
    {
        try
        {
            await TryAsync(() => _sync.StartAsync(stop), stop);
            using var timer = new PeriodicTimer(Beat, _time);
            var nextMaintenance = _time.GetUtcNow() + MaintenanceInterval;
            while (await timer.WaitForNextTickAsync(stop))
            {
                await TryAsync(() => StepAsync(stop), stop);
                if (_time.GetUtcNow() < nextMaintenance) continue;
                nextMaintenance = _time.GetUtcNow() + MaintenanceInterval;
                await TryAsync(() => _cache.MaintainAsync(stop), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the node stops
        }
        catch (Exception error) when (error is JournalUnavailableException or JournalCorruptException or StoreException)
        {
            FingerbankLog.Ended(_log, error.Message);
        }
    }

    private async Task StepAsync(CancellationToken stop)
    {
        await TakeSettledAsync(stop);
        await _sync.StepAsync(stop);
    }

    /// <summary>Does something; when the store is away, waits a while after it instead.</summary>
    private async Task TryAsync(Func<Task> act, CancellationToken stop)
    {
        try
        {
            await act();
        }
        catch (JournalUnavailableException error)
        {
            FingerbankLog.Waits(_log, error.Message);
            await Task.Delay(StorePause, _time, stop);
        }
    }

    /// <summary>Nothing is gathered where another node does it.</summary>
    private async IAsyncEnumerable<(ApiQuestion Question, SyncPriority Priority)> GatherAsync([EnumeratorCancellation] CancellationToken stop)
    {
        if (!_isElected()) yield break;
        await foreach (var question in _questions.GatherAsync(stop)) yield return question;
    }

    /// <summary>Notes devices that showed something new, through outages of the store.</summary>
    private async Task WatchAsync(IDeviceNotices notices, CancellationToken stop)
    {
        try
        {
            while (true) await TryAsync(() => NoteAsync(notices, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // the node stops
        }
        catch (JournalCorruptException error)
        {
            FingerbankLog.Ended(_log, error.Message);
        }
    }

    private async Task NoteAsync(IDeviceNotices notices, CancellationToken stop)
    {
        await foreach (var notice in notices.FollowAsync(stop))
        {
            var tells = notice.Event is DeviceEvent.FirstSeen or DeviceEvent.FactObserved { Kind: FactKind.UserAgent or FactKind.Dhcpv6 }
                or DeviceEvent.FingerprintObserved { Kind: not FingerprintKind.Ja4 };
            if (!tells || notice.Device.Kind != DeviceKeyKind.Mac) continue;
            lock (_gate)
                if (_settling.Count < SyncPlan.QueueCapacity) _settling.TryAdd(notice.Device, (_time.GetUtcNow() + SettleTime).UtcTicks);
        }
    }

    private async Task TakeSettledAsync(CancellationToken stop)
    {
        DeviceKey[] settled;
        var now = _time.GetUtcNow().UtcTicks;
        lock (_gate)
        {
            settled = [.. _settling.Where(device => device.Value <= now).Select(device => device.Key)];
            foreach (var device in settled) _settling.Remove(device);
        }
        if (!_isElected()) return; // another node asks
        foreach (var device in settled)
            if (await _questions.AboutAsync(device, stop) is (var question, SyncPriority.New)) _sync.Enqueue(question, SyncPriority.New);
    }
}
