using System.Globalization;
using ActorFingerprint.Engine;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Engine.Limiting;
using ActorFingerprint.Limits;
using ActorFingerprint.Limits.Decisions;
using ActorFingerprint.Limits.Identity;
using ActorFingerprint.Limits.Keys;

namespace ActorFingerprint.Benchmarks.Limiter;

/// <summary>
/// The questions that limiter measurements ask: a third checks, a third failures, a third accesses of a costly API, by 100,000 accounts, each
/// from its own address and device, once an hour of the limiter's clock (<see cref="HastyTime"/>): sooner, most would only meet their block.
/// </summary>
internal sealed class LimiterLoad
{
    public const int Accounts = 100_000;

    public static LimiterSecrets Secrets { get; } = LimiterSecrets.Create("bench-key-of-32-bytes-or-so-----", "bench-fp-of-32-bytes-or-so------");

    private readonly DeviceIdentityResolver _resolver = new(Secrets);

    /// <summary>A region over a journal, as a node has it.</summary>
    public static LimiterRegion Region<T>(T journal, TimeProvider? time = null) where T : IJournal, ISnapshotStore => new(
        journal, journal, Secrets, new() { Deadline = TimeSpan.FromSeconds(30) }, EngineScheduler.Default, time ?? TimeProvider.System);

    /// <summary>The mix.</summary>
    public LimitRequest[] Mix() => [.. Enumerable.Range(0, Accounts).Select(i => (i % 3) switch
    {
        0 => Request(LimitCommand.Check, i, i),
        1 => Request(LimitCommand.Failure, i, i),
        _ => Request(LimitCommand.Access, i, i),
    })];

    /// <summary>Failures alone.</summary>
    public LimitRequest[] Failures() => [.. Enumerable.Range(0, Accounts).Select(i => Request(LimitCommand.Failure, i, i))];

    /// <summary>A request of account number <paramref name="n"/>, from the device and address of that number unless another is given.</summary>
    public LimitRequest Request(LimitCommand command, int n, long device, int? addressNumber = null)
    {
        var at = addressNumber ?? n;
        var text = string.Create(CultureInfo.InvariantCulture, $"10.{at >> 16}.{at >> 8 & 255}.{at & 255}");
        if (!AddressScope.TryParse(text, out var address)) throw new InvalidOperationException(text);
        return new LimitRequest
        {
            Command = command,
            Policy = command == LimitCommand.Access ? "api_heavy" : "login",
            Address = address,
            AccountId = command == LimitCommand.Access ? null : string.Create(CultureInfo.InvariantCulture, $"account-{n}"),
            AtTicks = DateTime.UtcNow.Ticks,
            Device = _resolver.Resolve(new DeviceSignals
            {
                UserAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                SessionDeviceId = string.Create(CultureInfo.InvariantCulture, $"device-{device}"),
            }),
        };
    }
}
