using ActorFingerprint.Core.Devices;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Projections;

namespace ActorFingerprint.Node.Hosting;

/// <summary>Asks every device with a fingerprint past its time to forget it; the actors decide and overwrite.</summary>
internal static class RetentionSweep
{
    /// <summary>Devices listed at once.</summary>
    private const int Page = 1000;

    /// <summary>Forgets fingerprints not seen for <paramref name="age"/>; returns how many devices forgot something.</summary>
    public static async Task<int> RunAsync(DeviceEngine engine, IDeviceReadModel devices, DateTimeOffset now, TimeSpan age, CancellationToken stop)
    {
        var before = now.UtcTicks - age.Ticks;
        var forgot = 0;
        for (var offset = 0; ; offset += Page)
        {
            var (rows, _) = await devices.ListAsync(new DeviceQuery { Offset = offset, Limit = Page }, stop);
            foreach (var row in rows.Where(row => row.FirstSeenTicks < before))
            {
                if (!DeviceKey.TryParse(row.Key, out var key)) continue;
                var reply = await engine.AskAsync(key, new DeviceCommand.ApplyRetention(now.UtcTicks, before, DeviceCounters.Empty), stop);
                if (reply.Events.Count > 0) forgot++;
            }
            if (rows.Count < Page) return forgot;
        }
    }
}
