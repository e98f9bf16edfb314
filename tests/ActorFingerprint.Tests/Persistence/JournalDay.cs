using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Identification;
using ActorFingerprint.Core.Identification.Signatures;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Engine.Runs;

namespace ActorFingerprint.Tests.Persistence;

/// <summary>A journal with devices of every kind of event, the same every time.</summary>
internal static class JournalDay
{
    private const int Devices = 40;
    private const int Router = 3;
    private static readonly Sighting Where = new("r", 1, 0);

    /// <summary>Writes it; <paramref name="committed"/> hears of each commit.</summary>
    public static async Task WriteDayAsync(this JournalScript script, Func<int, Task> committed, CancellationToken stop)
    {
        var random = new Random(7);
        var numbers = new int[Devices];
        await script.RunEvent(new RunEvent.Started(JournalScript.Run, 0, "live:eth0", 20)).CommitAsync(stop);
        for (var commit = 0; commit < 80; commit++)
        {
            var at = JournalScript.Start + (commit * 1000);
            foreach (var n in Enumerable.Range(0, 8).Select(_ => random.Next(Devices)).Distinct().ToList()) Say(script, random, n, at, numbers);
            if (commit == 50) Flood(script, at, numbers);
            await script.CommitAsync(stop, shard: commit % 4);
            await SayOfRunsAsync(script, commit, at, stop);
            if (commit is 40 or 70) await EraseAsync(script, Router, at, numbers, stop);
            await committed(commit);
        }
        await script.RunEvent(new RunEvent.Ended(JournalScript.Run, JournalScript.Start + 99_999, 60, 60)).CommitAsync(stop);
    }

    /// <summary>What one device shows in a commit; every fourth device is known by its address only.</summary>
    private static void Say(JournalScript script, Random random, int index, long at, int[] numbers)
    {
        var n = index % 4 == 0 ? 1000 + index : index;
        var via = index > 30 ? JournalScript.Key(Router).Mac.ToString() : null;
        if (numbers[index] == 0) script.Seen(n, at, via);
        var number = ++numbers[index];
        switch (random.Next(12))
        {
            case < 5: script.Ja4(n, at, number, $"t13d{random.Next(1000):D4}", $"h{n}.example.org"); break;
            case 5: script.Dhcp(n, at, number, $"1,3,{random.Next(250)}"); break;
            case 6: script.Device(n, new DeviceEvent.AddressObserved(at, $"192.0.2.{random.Next(255)}", Where)); break;
            case 7: script.Device(n, new DeviceEvent.HostNameObserved(at, $@"Host_{n}%\xE9", HostNameSource.Mdns, Where)); break;
            case 8: script.Device(n, new DeviceEvent.FactObserved(at, FactKind.MdnsService, $"_svc{random.Next(9)}._tcp", Where)); break;
            case 9: script.Device(n, new DeviceEvent.Labelled(at, random.Next(3) == 0 ? null : $"Büro_{n} 100% \\ {random.Next(9)}")); break;
            case 10: script.Device(n, Answer(at, random)); break;
            default: script.Device(n, new DeviceEvent.ChurnDetected(at, FingerprintKind.Ja4, "a", "b", 2, Where)); break;
        }
        if (random.Next(20) == 0) script.Device(n, new DeviceEvent.RetentionApplied(at, at - 1, [random.Next(1, number + 1)]));
        if (random.Next(60) == 0) script.Device(n, new DeviceEvent.RouterIdentified(at, ["192.0.2.7"], Where));
        if (random.Next(60) == 0) script.Device(n, new DeviceEvent.ChurnSuppressed(at, FingerprintKind.Ja4, at, Where));
        var sighted = new FingerprintCount(
            random.Next(5) == 0 ? FingerprintKind.DhcpRequest : FingerprintKind.Ja4, random.Next(0, number + 1), 1, at - 5, at + 5);
        script.Count(n, random.Next(1, 9), at, at + 5, sighted);
    }

    /// <summary>More values, addresses and names than are kept.</summary>
    private static void Flood(JournalScript script, long at, int[] numbers)
    {
        const int N = 1;
        if (numbers[N] == 0) script.Seen(N, at);
        for (var i = 0; i < 70; i++)
            script.Ja4(N, at, ++numbers[N], $"t13dflood{i}").Device(N, new DeviceEvent.AddressObserved(at, $"198.51.100.{i}", Where))
                .Device(N, new DeviceEvent.HostNameObserved(at, $"name-{i}", HostNameSource.DhcpHostName, Where));
    }

    private static DeviceEvent.Classified Answer(long at, Random random) => new(
        at, random.Next(2) == 0 ? DeviceType.Printer : DeviceType.Unknown, random.Next(100) / 100.0,
        [new(EvidenceSource.MdnsText, SignatureKind.DhcpList, "1,3", "Printer/Acme", 0.5, at)], "db", Where, "Acme", random.Next(2) == 0 ? "X1" : null);

    private static async Task SayOfRunsAsync(JournalScript script, int commit, long at, CancellationToken stop)
    {
        if (commit % 9 == 0) await script.RunEvent(new RunEvent.Reported(JournalScript.Run, at, commit, commit)).CommitAsync(stop);
        if (commit == 20) await script.RunEvent(new RunEvent.Progressed(JournalScript.Run, at, new(9, "x.pcap"), "{}", 9, 9)).CommitAsync(stop);
        if (commit == 30) await script.RunEvent(new RunEvent.Started("second", at, "x.pcap", 12)).CommitAsync(stop);
        if (commit == 60) await script.RunEvent(new RunEvent.Started(JournalScript.Run, at, "live:eth1", 40)).CommitAsync(stop);
    }

    /// <summary>An erasure that leaves the journal as it was: what the projections make of it has to be the same whoever builds them.</summary>
    private static async Task EraseAsync(JournalScript script, int n, long at, int[] numbers, CancellationToken stop)
    {
        if (numbers[n] == 0) return;
        numbers[n] = 0;
        await script.Device(n, new DeviceEvent.Erased(at)).CommitAsync(stop);
    }
}
