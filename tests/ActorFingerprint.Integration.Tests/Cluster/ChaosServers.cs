using System.Diagnostics;
using System.Globalization;
using ActorFingerprint.Integration.Tests.Servers;

namespace ActorFingerprint.Integration.Tests.Cluster;

/// <summary>A broker and a database of the tests that stop and kill them, and a network namespace that the broker can be reached from.</summary>
public sealed class ChaosServers : IAsyncDisposable
{
    private readonly int _outerPort = ServerProcess.FreePort();
    private RabbitServer? _broker;
    private PostgresServer? _database;

    /// <summary>Why there are none, or null.</summary>
    public static string? Absence => PostgresServer.Absence ?? RabbitServer.Absence;

    /// <summary>The namespace; null where none can be made.</summary>
    public NetworkNamespace? Network { get; private set; }

    /// <summary>The broker as it is reached from <see cref="Network"/>.</summary>
    public Uri OuterAddress => new(string.Create(CultureInfo.InvariantCulture, $"amqp://{Network!.Outside}:{_outerPort}"));

    /// <summary>The servers, running, whatever the last test left.</summary>
    public async Task<(RabbitServer Broker, PostgresServer Database)> StartAsync()
    {
        if (_broker is null) Network = NetworkNamespace.TryMake();
        string[] outer = Network is null ? [] :
        [
            string.Create(CultureInfo.InvariantCulture, $"listeners.tcp.2 = {Network.Outside}:{_outerPort}"), "loopback_users = none",
        ];
        _broker ??= await RabbitServer.StartNewAsync(1, outer);
        if (_broker.Node.ProcessId == 0) await _broker.Node.StartAsync();
        _database ??= await PostgresServer.StartNewAsync();
        if (_database.ProcessId == 0) await _database.StartAsync();
        return (_broker, _database);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        Network?.Dispose();
    }
}

/// <summary>A network namespace of this machine with one link to it, which can be cut.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly string _inside, _outside;

    private NetworkNamespace(int number)
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"actorfp{number}");
        (_inside, _outside) = ($"afi{number}", $"afo{number}");
        Outside = string.Create(CultureInfo.InvariantCulture, $"10.203.{number % 250}.1");
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Address of this end of the link.</summary>
    public string Outside { get; }

    /// <summary>Makes one; null where that is not allowed.</summary>
    public static NetworkNamespace? TryMake()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/ip")) return null;
        var made = new NetworkNamespace(Environment.ProcessId % 100_000);
        var inside = made.Outside[..^1] + "2";
        if (Ip($"netns add {made.Name}") && Ip($"link add {made._outside} type veth peer name {made._inside} netns {made.Name}")
            && Ip($"addr add {made.Outside}/24 dev {made._outside}") && Ip($"link set {made._outside} up")
            && Ip($"-n {made.Name} addr add {inside}/24 dev {made._inside}") && Ip($"-n {made.Name} link set {made._inside} up")
            && Ip($"-n {made.Name} link set lo up")) return made;
        made.Dispose();
        return null;
    }

    /// <summary>Takes the link away: nothing goes through, and nobody is told.</summary>
    public void Cut() => Ip($"link set {_outside} down");

    /// <summary>Gives it back.</summary>
    public void Mend() => Ip($"link set {_outside} up");

    /// <inheritdoc/>
    public void Dispose()
    {
        Ip($"link delete {_outside}");
        Ip($"netns delete {Name}");
    }

    private static bool Ip(string arguments)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        ip.WaitForExit();
        return ip.ExitCode == 0;
    }
}
