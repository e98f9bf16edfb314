namespace ActorFingerprint.Persistence.Store;

/// <summary>A store that cannot be used as asked: one line for the operator with what, where and what to do.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
