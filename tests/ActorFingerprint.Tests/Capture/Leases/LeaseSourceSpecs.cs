using System.Threading.Channels;
using ActorFingerprint.Capture.Files;
using ActorFingerprint.Capture.Leases;
using ActorFingerprint.Core.Devices;
using ActorFingerprint.Core.Observations;
using ActorFingerprint.Tests.Engine;
using Xunit;
using TemporaryFolder = ActorFingerprint.Tests.Node.TemporaryFolder;

namespace ActorFingerprint.Tests.Capture.Leases;

public sealed class LeaseSourceSpecs : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestWatch _watch = new();
    private readonly List<LeaseTrouble> _troubles = [];
    private IAsyncEnumerator<Observation>? _reading;

    private string Leases => _folder.File("dnsmasq.leases");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _watch.End();
        if (_reading is not null)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _reading.MoveNextAsync());
            await _reading.DisposeAsync();
        }
        _watch.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_lease_is_told_when_it_is_first_read_and_when_it_was_renewed_and_not_in_between()
    {
        Write("1767312000 00:1e:c2:00:00:01 10.0.0.1 laptop 01:00:1e:c2:00:00:01", "1767100000 00:1e:c2:00:00:02 10.0.0.2 expired *");
        Open(new LeaseFiles(Leases, "dnsmasq"));
        var first = await NextAsync();
        Assert.Equal(("mac:00:1E:C2:00:00:01", 1, "lease"), (first.Device.ToString(), first.Frame, first.Protocol));
        Assert.Equal([new DeviceFact(FactKind.LeaseClientId, "01001ec2000001")], first.Facts);
        Assert.Equal([new GivenName("laptop", HostNameSource.Lease)], first.HostNames);
        Assert.Equal(("10.0.0.1", _time.GetUtcNow().UtcTicks), (first.OwnAddress.ToString(), first.AtTicks));

        Write("1767312000 00:1e:c2:00:00:01 10.0.0.1 laptop 01:00:1e:c2:00:00:01", "1767312000 00:1e:c2:00:00:03 10.0.0.3 new *");
        _watch.Change();
        Assert.Equal("mac:00:1E:C2:00:00:03", (await NextAsync()).Device.ToString());

        Write("1767398400 00:1e:c2:00:00:01 10.0.0.1 laptop 01:00:1e:c2:00:00:01", "1767312000 00:1e:c2:00:00:03 10.0.0.3 new *");
        _watch.Change();
        var renewed = await NextAsync();
        Assert.Equal(("mac:00:1E:C2:00:00:01", 3), (renewed.Device.ToString(), renewed.Frame));
    }

    [Fact]
    public async Task A_file_that_is_not_there_yet_is_waited_for_and_troubles_are_told_once_until_put_right()
    {
        Open(new LeaseFiles(Leases, "dnsmasq"));
        var next = NextAsync();
        await _watch.LookedAsync(Stop);
        Write("broken", "1767312000 00:1e:c2:00:00:01 10.0.0.1 a *");
        _watch.Change();
        Assert.Equal("a", (await next).HostNames[0].Name);
        Write("broken", "1767312000 00:1e:c2:00:00:01 10.0.0.1 b *", "broken, too");
        _watch.Change();
        Assert.Equal("b", (await NextAsync()).HostNames[0].Name);
        Assert.Equal([$"{Leases}(1): is not 'expiry hardware address name client-id'", $"{Leases}(3): is not 'expiry hardware address name client-id'"],
            _troubles.Select(t => t.ToString()));
    }

    [Fact]
    public async Task A_file_of_nothing_but_faults_is_told_in_a_few_lines_and_counted_whole()
    {
        Write([.. Enumerable.Repeat("broken", 500), "1767312000 00:1e:c2:00:00:01 10.0.0.1 a *"]);
        var source = Open(new LeaseFiles(Leases, "dnsmasq"));
        await NextAsync();
        Assert.Equal((500, 11), (source.Faults, _troubles.Count));
        Assert.EndsWith("490 more faulty lines", _troubles[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_parts_that_Keas_clean_up_leaves_are_read_too_and_folders_whole()
    {
        const string head = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state\n";
        File.WriteAllText(_folder.File("kea.csv.2"), head + "10.0.0.1,00:1e:c2:00:00:01,,3600,1767228000,1,0,0,,0\n");
        File.WriteAllText(_folder.File("kea.csv"), head + "10.0.0.2,00:1e:c2:00:00:02,,3600,1767228000,1,0,0,,0\n");
        Directory.CreateDirectory(_folder.File("netif"));
        File.WriteAllText(_folder.File("netif/2"), "ADDRESS=10.0.0.3\nCLIENTID=01001ec2000003\n");
        File.WriteAllText(_folder.File("netif/.#2"), "ADDRESS=10.0.0.4\nCLIENTID=01001ec2000004\n");
        Open(new LeaseFiles(_folder.File("kea.csv"), "kea"), new LeaseFiles(_folder.File("netif"), "networkd"));
        var heard = new List<string>();
        for (var i = 0; i < 3; i++) heard.Add((await NextAsync()).OwnAddress.ToString());
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], heard);
    }

    [Fact]
    public async Task The_time_is_that_at_which_the_client_was_heard_and_never_in_the_future()
    {
        File.WriteAllText(_folder.File("kea.csv"), """
            address,hwaddr,client_id,valid_lifetime,expire,hostname,state
            10.0.0.1,00:1e:c2:00:00:01,,3600,1767227400,,0
            10.0.0.2,00:1e:c2:00:00:02,,3600,1799999999,,0
            """);
        Open(new LeaseFiles(_folder.File("kea.csv"), "kea"));
        Assert.Equal(_time.GetUtcNow().AddMinutes(-30).UtcTicks, (await NextAsync()).AtTicks);
        Assert.Equal(_time.GetUtcNow().UtcTicks, (await NextAsync()).AtTicks);
    }

    [Fact]
    public async Task The_system_tells_of_a_change_long_before_the_next_look()
    {
        var files = new LeaseFiles(Leases, "dnsmasq");
        using var watch = new LeaseWatch([files], TimeSpan.FromHours(1), TimeProvider.System);
        var changed = watch.WaitForChangeAsync(Stop).AsTask();
        Write("x");
        await changed.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task Without_notices_it_looks_at_intervals()
    {
        using var watch = new LeaseWatch([new LeaseFiles("/nowhere/at/all", "dnsmasq")], TimeSpan.FromMinutes(1), _time);
        var changed = watch.WaitForChangeAsync(Stop).AsTask();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(changed.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await changed.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    private LeaseSource Open(params LeaseFiles[] files)
    {
        var source = new LeaseSource(files, _watch, _time, _troubles.Add);
        _reading = source.ReadAsync(0, _watch.Ended).GetAsyncEnumerator(Stop);
        return source;
    }

    private async Task<LeaseObservation> NextAsync()
    {
        Assert.True(await _reading!.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Stop));
        return Assert.IsType<LeaseObservation>(_reading.Current);
    }

    private void Write(params string[] lines) => File.WriteAllText(Leases, string.Join('\n', lines) + "\n");

    /// <summary>Changes when the test says so.</summary>
    private sealed class TestWatch : IFolderWatch, IDisposable
    {
        private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();
        private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _ended = new();

        public CancellationToken Ended => _ended.Token;

        public void Change() => _changes.Writer.TryWrite(true);

        public void End() => _ended.Cancel();

        public void Dispose() => _ended.Dispose();

        public Task LookedAsync(CancellationToken stop) => _looked.Task.WaitAsync(stop);

        public async ValueTask WaitForChangeAsync(CancellationToken stop)
        {
            _looked.TrySetResult();
            await _changes.Reader.ReadAsync(stop);
        }
    }
}
