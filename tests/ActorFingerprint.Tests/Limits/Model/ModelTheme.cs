namespace ActorFingerprint.Tests.Limits.Model;

/// <summary>What a random history is about: few enough names that the rules meet, and steps of time around their limits.</summary>
internal sealed record ModelTheme(
    string Name, string[] Policies, int Accounts, int Devices, int Agents, int Addresses, bool IPv6, int[] TimeSteps,
    int KnownPercent = 20, int MissingPercent = 10, int NoAccountPercent = 5, int OutagePerMille = 0, int RotatePerMille = 5,
    string[]? Commands = null, int[]? Thresholds = null)
{
    private static readonly string[] Auth = ["check", "failure", "failure", "success"];
    private static readonly string[] Failures = ["failure", "failure", "failure", "failure", "check"];
    private static readonly string[] Checks = ["check", "check", "check", "failure"];
    private static readonly string[] Api = ["access", "access", "access", "access", "check", "failure", "success"];
    private static readonly int[] Short = [0, 0, 1, 1, 2, 15, 59, 60, 61];
    private static readonly int[] Middle = [0, 1, 1, 15, 60, 299, 300, 301, 599, 600, 601];
    private static readonly int[] Long = [0, 1, 60, 300, 600, 900, 1199, 1200, 1799, 1800, 1801, 3600, 7200, 21599, 21600, 21601];
    private static readonly int[] Days = [1, 60, 300, 600, 1800, 3600, 21600, 43200, 86399, 86400, 86401];
    private static readonly int[] High = [1000, 1001, 1002];

    public static IReadOnlyList<ModelTheme> All { get; } =
    [
        new("mixed", ["login", "otp", "api_heavy"], 2, 3, 2, 3, false, Middle, OutagePerMille: 4),
        new("scores and ladder", ["login", "otp"], 1, 2, 2, 1, false, Long, Commands: Failures),
        new("ladder without flood", ["login"], 1, 1, 1, 1, false, Long, KnownPercent: 5, Commands: Failures, Thresholds: [2, 2, 3]),
        new("score lifetime", ["login"], 1, 2, 2, 1, false, Days, Commands: Failures, Thresholds: [9, 15, 30]),
        new("budget and allowance", ["login", "otp"], 1, 2, 2, 1, false, Short, KnownPercent: 85, Commands: Failures),
        new("budget over days", ["login", "otp"], 1, 2, 2, 1, false, Days, KnownPercent: 80, Commands: Failures, Thresholds: High),
        new("soft after soft", ["login", "otp"], 1, 2, 2, 1, false, Long, Commands: Failures, Thresholds: [2, 20, 30]),
        new("missing fingerprints", ["login", "otp"], 2, 2, 2, 2, false, Long, MissingPercent: 60, Commands: Auth),
        new("spray", ["login"], 7, 2, 30, 1, false, Short, MissingPercent: 70, Commands: Checks),
        new("churn", ["login", "api_heavy"], 3, 5, 2, 2, false, Middle, Commands: Checks, Thresholds: High),
        new("dilution", ["login", "otp"], 9, 2, 40, 12, false, Middle, Commands: Checks, Thresholds: High),
        new("distributed", ["otp"], 2, 9, 40, 40, false, Middle, Commands: Checks, Thresholds: High),
        new("flood and caps", ["login", "otp"], 2, 40, 60, 2, false, Short, KnownPercent: 5, Commands: Failures, Thresholds: High),
        new("sixty devices on one address", ["login", "api_heavy"], 6, 80, 80, 1, false, [0, 0, 1, 1, 2], KnownPercent: 3,
            Commands: Checks, Thresholds: High),
        new("api tiers", ["api_heavy"], 2, 3, 2, 2, false, [0, 0, 0, 1, 1, 2, 15, 30, 60], KnownPercent: 5, Commands: Api),
        new("one /48", ["login", "otp"], 6, 3, 2, 6, true, Middle, MissingPercent: 40),
        new("one /32", ["login"], 12, 6, 2, 80, true, [0, 0, 0, 1, 1, 2, 3], MissingPercent: 40, Commands: Checks, Thresholds: High),
        new("outages", ["login", "otp", "api_heavy"], 2, 2, 2, 2, false, [0, 1, 2, 3, 5, 10, 11, 60, 120, 299, 300, 301],
            OutagePerMille: 40),
        new("long outages", ["login", "otp", "api_heavy"], 2, 2, 2, 2, false, [0, 0, 1, 1, 2, 3, 10, 30], OutagePerMille: 10),
        new("breaker re-entries", ["login", "api_heavy"], 2, 2, 2, 2, false, [1, 2, 60, 60, 119, 120, 120, 121, 300, 300, 301],
            OutagePerMille: 300),
    ];

    public string[] CommandsOf(string policy) => Commands ?? (policy == "api_heavy" ? Api : Auth);
}
