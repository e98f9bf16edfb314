using ActorFingerprint.Limits.Policies;

namespace ActorFingerprint.AspNetCore;

/// <summary>The node that decides.</summary>
public sealed class NodeLimiterOptions
{
    /// <summary>Its address, such as <c>http://127.0.0.1:8558</c>.</summary>
    public Uri Address { get; set; } = new("http://127.0.0.1:8558");

    /// <summary>A token of the node's token file with the role <c>decider</c>.</summary>
    public string Token { get; set; } = "";

    /// <summary>
    /// How long a question may take before its policy answers for the node. Longer than the node's own <c>limiter.deadline</c>.
    /// </summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The policies that this application uses, as the node has them; the presets when not given. Their failure semantics and local caps
    /// hold here while the node cannot be reached.
    /// </summary>
    public PolicyRegistry Policies { get; set; } = new();

    /// <summary>The node's profile: some of its switches change what holds while the node cannot be reached.</summary>
    public LimiterProfile Profile { get; set; } = LimiterProfile.Reference;
}
