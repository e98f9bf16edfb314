namespace ActorFingerprint.Core.Identification.Signatures;

/// <summary>Answers which signatures a value meets. Implementations are safe to use from several threads.</summary>
public interface ISignatureSource
{
    /// <summary>
    /// The signatures that this value meets, the best first: by confidence, then by specificity (the longer pattern, the deeper device), then
    /// by the device's path. DHCP lists that meet none are looked up by their codes in any order, then by likeness.
    /// </summary>
    /// <param name="kind">Which value it is.</param>
    /// <param name="value">The value, as facts and fingerprints write it.</param>
    /// <param name="qualifier">DHCP message type that it comes from; empty when there is none.</param>
    IReadOnlyList<SignatureHit> Find(SignatureKind kind, string value, string qualifier = "");
}
