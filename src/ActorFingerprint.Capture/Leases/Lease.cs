using ActorFingerprint.Core.Net;

namespace ActorFingerprint.Capture.Leases;

/// <summary>A lease as a file has it. Texts are escaped like every text from the wire: clients chose them.</summary>
/// <param name="Mac">Hardware address of the client.</param>
/// <param name="Address">The address it was given.</param>
public sealed record Lease(MacAddress Mac, NetworkAddress Address)
{
    /// <summary>The client's name, or null.</summary>
    public string? HostName { get; init; }

    /// <summary>Client identifier (option 61, or a DUID), lower-case hex; null when there is none.</summary>
    public string? ClientId { get; init; }

    /// <summary>Vendor class (option 60), or null.</summary>
    public string? VendorClass { get; init; }

    /// <summary>When the client was last heard of, UTC ticks; null when the file does not say.</summary>
    public long? HeardTicks { get; init; }

    /// <summary>When it ends, UTC ticks; null when it does not, or the file does not say.</summary>
    public long? ExpiresTicks { get; init; }
}

/// <summary>A line that could not be read.</summary>
/// <param name="Line">1-based number of the line; 0 for a fault of the whole file.</param>
/// <param name="Problem">What is wrong with it; nothing of the line itself.</param>
public readonly record struct LeaseFault(int Line, string Problem);

/// <summary>What one reading of a file gave. Everything before and after a faulty line is good.</summary>
public sealed class LeaseReading
{
    /// <summary>Most leases, and most faults, that one reading keeps; a /16 has fewer.</summary>
    public const int Most = 100_000;

    private readonly Dictionary<NetworkAddress, Lease> _leases = [];
    private readonly List<LeaseFault> _faults = [];

    /// <summary>The leases, each address once: later lines replace earlier ones.</summary>
    public IReadOnlyCollection<Lease> Leases => _leases.Values;

    /// <summary>Lines that could not be read.</summary>
    public IReadOnlyList<LeaseFault> Faults => _faults;

    /// <summary>Leases of clients without a hardware address: sound, and of no use here.</summary>
    public int WithoutHardwareAddress { get; internal set; }

    /// <summary>Adds a lease in place of an earlier one of this address.</summary>
    internal void Add(Lease lease)
    {
        if (_leases.Count < Most || _leases.ContainsKey(lease.Address)) _leases[lease.Address] = lease;
        else Fault(0, $"more than {Most} leases");
    }

    /// <summary>An address was given back.</summary>
    internal void Remove(NetworkAddress address) => _leases.Remove(address);

    /// <summary>Notes a fault.</summary>
    internal void Fault(int line, string problem)
    {
        if (_faults.Count < Most) _faults.Add(new(line, problem));
    }
}

/// <summary>Reads one format.</summary>
/// <param name="text">The file.</param>
public delegate LeaseReading LeaseReader(string text);
