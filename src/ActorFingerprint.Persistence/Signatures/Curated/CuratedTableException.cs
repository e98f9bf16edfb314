namespace ActorFingerprint.Persistence.Signatures.Curated;

/// <summary>A curated table that cannot be read: <c>file:line: what, and what to write</c>.</summary>
public sealed class CuratedTableException(string message, Exception? inner = null) : Exception(message, inner);
