using System.Text.Json;

namespace ActorFingerprint.Limits.Simulation;

/// <summary>A file of scenarios and vectors; its own <c>format</c> member documents it.</summary>
public sealed record ScenarioFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>Base time, secrets and environment.</summary>
    public required ScenarioFormat Format { get; init; }

    /// <summary>Scenarios, each from empty state.</summary>
    public IReadOnlyList<Scenario> Scenarios { get; init; } = [];

    /// <summary>Vectors by kind: userAgent, ipScope, confidence, key, fingerprint.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> Vectors { get; init; } =
        new Dictionary<string, IReadOnlyList<JsonElement>>();

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">Not such a file; the message says where.</exception>
    public static ScenarioFile Load(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<ScenarioFile>(stream, Json)
                ?? throw new InvalidDataException($"{path}: holds null, not scenarios");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: not a scenario file: {error.Message}", error);
        }
    }
}

/// <summary>The constants of a scenario file.</summary>
public sealed record ScenarioFormat
{
    /// <summary>Unix second to which every <c>at</c> is added.</summary>
    public long BaseTime { get; init; } = 1_735_732_800;

    /// <summary>Secrets and environment.</summary>
    public ScenarioSecrets Secrets { get; init; } = new();
}

/// <summary>Secrets of a simulation; never those of a node.</summary>
public sealed record ScenarioSecrets
{
    /// <summary>Key secret.</summary>
    public string Key { get; init; } = "test-key-1";

    /// <summary>Fingerprint secret.</summary>
    public string Fingerprint { get; init; } = "test-fp-1";

    /// <summary>Environment.</summary>
    public string Environment { get; init; } = "test";
}

/// <summary>One scenario.</summary>
public sealed record Scenario
{
    /// <summary>Unique in its file.</summary>
    public required string Id { get; init; }

    /// <summary>What it shows.</summary>
    public string Title { get; init; } = "";

    /// <summary>What it is held against.</summary>
    public string Ref { get; init; } = "";

    /// <summary>Profile or switch names; reference when absent.</summary>
    public IReadOnlyList<string> Profile { get; init; } = [];

    /// <summary>Per policy: account thresholds that replace the preset's.</summary>
    public IReadOnlyDictionary<string, ScenarioOverride> Overrides { get; init; } = new Dictionary<string, ScenarioOverride>();

    /// <summary>Steps in order of time.</summary>
    public required IReadOnlyList<ScenarioStep> Steps { get; init; }
}

/// <summary>Replaces numbers of a preset for one scenario.</summary>
public sealed record ScenarioOverride
{
    /// <summary>By key; only <c>k4</c> exists: [L1, L2, L3].</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Thresholds { get; init; } = new Dictionary<string, IReadOnlyList<int>>();
}

/// <summary>One step: a request of a policy, or an <c>op</c>.</summary>
public sealed record ScenarioStep
{
    /// <summary>Seconds after the base time.</summary>
    public required long At { get; init; }

    /// <summary>check, failure, success or access; null for an op.</summary>
    public string? Cmd { get; init; }

    /// <summary>Policy name.</summary>
    public string? Policy { get; init; }

    /// <summary>Address.</summary>
    public string? Ip { get; init; }

    /// <summary>Canonical User-Agent.</summary>
    public string? Ua { get; init; }

    /// <summary>Opaque account.</summary>
    public string? Account { get; init; }

    /// <summary>Opaque subject.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Units; 1 when absent.</summary>
    public long? Cost { get; init; }

    /// <summary>The resolved device.</summary>
    public ScenarioDevice? Device { get; init; }

    /// <summary>How often the step runs.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Seconds between runs.</summary>
    public long EverySeconds { get; init; }

    /// <summary>store, rotate or consume.</summary>
    public string? Op { get; init; }

    /// <summary>Of store: up or down.</summary>
    public string? State { get; init; }

    /// <summary>Of rotate: outer, fingerprint or both.</summary>
    public string? Which { get; init; }

    /// <summary>Of consume: the throttle's name.</summary>
    public string? Name { get; init; }

    /// <summary>Of consume: its limit.</summary>
    public long Limit { get; init; }

    /// <summary>Of consume: its interval in seconds.</summary>
    public long Interval { get; init; }

    /// <summary>Of consume: the subject.</summary>
    public string? Subject { get; init; }

    /// <summary>Expected of every run.</summary>
    public ScenarioExpectation? Expect { get; init; }

    /// <summary>Expected of each run.</summary>
    public IReadOnlyList<ScenarioExpectation>? ExpectEach { get; init; }
}

/// <summary>A device, already resolved.</summary>
public sealed record ScenarioDevice
{
    /// <summary>Opaque fingerprint; null when missing.</summary>
    public string? Fp { get; init; }

    /// <summary>LOW, MEDIUM or HIGH.</summary>
    public string Confidence { get; init; } = "LOW";

    /// <summary>A session bound to the account.</summary>
    public bool Trusted { get; init; }

    /// <summary>Proved for the account before.</summary>
    public bool Verified { get; init; }
}

/// <summary>What must be answered; absent members are not looked at.</summary>
public sealed record ScenarioExpectation
{
    /// <summary>ALLOW, SOFT_BLOCK or HARD_BLOCK.</summary>
    public string? Decision { get; init; }

    /// <summary>0–6.</summary>
    public int? Level { get; init; }

    /// <summary>Seconds.</summary>
    public long? RetryAfter { get; init; }

    /// <summary>NORMAL, DEGRADED, FAIL_OPEN or FAIL_CLOSED.</summary>
    public string? Mode { get; init; }

    /// <summary>Must be among the answer's reasons.</summary>
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>Ephemeral routing.</summary>
    public bool? Ephemeral { get; init; }

    /// <summary>Of rotate: taken or refused.</summary>
    public bool? Accepted { get; init; }

    /// <summary>Of consume.</summary>
    public bool? Allowed { get; init; }

    /// <summary>Of consume.</summary>
    public long? Remaining { get; init; }

    /// <summary>Of consume: seconds after the base time.</summary>
    public long? ResetAt { get; init; }
}
