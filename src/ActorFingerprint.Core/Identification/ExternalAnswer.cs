using ActorFingerprint.Core.Identification.Signatures;

namespace ActorFingerprint.Core.Identification;

/// <summary>What the API said of a device, as one more piece of evidence.</summary>
/// <param name="Device">Its answer, with what its words say of type, vendor and operating system.</param>
/// <param name="Score">How sure it is, 0 to 100.</param>
/// <param name="AtTicks">When it was asked, UTC ticks.</param>
public sealed record ExternalAnswer(SignatureDevice Device, int Score, long AtTicks);
