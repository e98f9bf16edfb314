namespace ActorFingerprint.Cluster.Messages.Wire;

/// <summary>The fields of one type on the wire, both ways side by side: what one writes, the other reads, in the same order.</summary>
internal interface IWire<T>
{
    /// <summary>Writes every field.</summary>
    static abstract void Write(BatchWriter writer, T value);

    /// <summary>
    /// Reads what <see cref="Write"/> wrote. Fields that a later minor version added are read only where <see
    /// cref="BatchReader.HasMore"/>. The
    /// value counts for nothing once the reader has a fault.
    /// </summary>
    static abstract T Read(ref BatchReader reader);
}

/// <summary>A type that stands in the content table of a batch, once for all that refer to it.</summary>
internal interface ISharedWire<T> : IWire<T>
    where T : class
{
    /// <summary>Its kind in the table.</summary>
    static abstract SharedKind Kind { get; }
}
