namespace ActorFingerprint.Persistence.Signatures.Import;

/// <summary>A file that cannot be imported: <c>file:line: what is wrong, and what to do</c>.</summary>
public sealed class SignatureImportException(string message, Exception? inner = null) : Exception(message, inner);
