namespace ActorFingerprint.Persistence.Projections;

/// <summary>A row that a database gives, by column from 0. Valid until the next row.</summary>
internal interface IRow
{
    /// <summary>A whole number.</summary>
    long Int64(int column);

    /// <summary>A whole number, or null.</summary>
    long? Int64OrNull(int column);

    /// <summary>A number.</summary>
    double Double(int column);

    /// <summary>A text.</summary>
    string Text(int column);

    /// <summary>A text, or null.</summary>
    string? TextOrNull(int column);

    /// <summary>The bytes of a blob, copied; null where there is none.</summary>
    byte[]? BytesOrNull(int column);
}
