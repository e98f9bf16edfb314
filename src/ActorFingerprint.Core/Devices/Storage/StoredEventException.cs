namespace ActorFingerprint.Core.Devices.Storage;

/// <summary>Something stored cannot be read: its manifest is unknown or its payload has another shape. The message names the manifest.</summary>
public sealed class StoredEventException(string message, Exception? inner = null) : Exception(message, inner);
