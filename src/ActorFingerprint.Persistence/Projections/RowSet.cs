namespace ActorFingerprint.Persistence.Projections;

/// <summary>What a column of a statement's rows holds; null is allowed in all of them.</summary>
internal enum ColumnType
{
    /// <summary>64-bit whole number.</summary>
    BigInt,

    /// <summary>64-bit floating point.</summary>
    Real,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Blob,
}

/// <summary>
/// The rows that wait for one statement, column by column: SQLite binds them row after row, PostgreSQL takes whole columns as arrays. A
/// statement sees each key once between two flushes, or PostgreSQL refuses it.
/// </summary>
internal sealed class RowSet
{
    private readonly RowColumn[] _columns;

    /// <summary>No rows yet, of these columns.</summary>
    public RowSet(ReadOnlySpan<ColumnType> columns)
    {
        _columns = new RowColumn[columns.Length];
        for (var i = 0; i < columns.Length; i++) _columns[i] = RowColumn.Of(columns[i]);
    }

    /// <summary>Rows that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The columns.</summary>
    public ReadOnlySpan<RowColumn> Columns => _columns;

    /// <summary>Sets a value of the row being made; parameters count from 1.</summary>
    public RowSet Bind(int parameter, long? value) => Add(parameter, value);

    /// <inheritdoc cref="Bind(int, long?)"/>
    public RowSet Bind(int parameter, bool value) => Add<long?>(parameter, value ? 1 : 0);

    /// <inheritdoc cref="Bind(int, long?)"/>
    public RowSet Bind(int parameter, double? value) => Add(parameter, value);

    /// <inheritdoc cref="Bind(int, long?)"/>
    public RowSet Bind(int parameter, string? value) => Add(parameter, value);

    /// <inheritdoc cref="Bind(int, long?)"/>
    public RowSet Bind(int parameter, byte[]? value) => Add(parameter, value);

    /// <summary>The row is complete; it is run for at the next flush.</summary>
    public void Run() => Count++;

    /// <summary>Forgets the rows.</summary>
    public void Clear()
    {
        Count = 0;
        foreach (var column in _columns) column.Clear();
    }

    private RowSet Add<T>(int parameter, T value)
    {
        ((RowColumn<T>)_columns[parameter - 1]).Values.Add(value);
        return this;
    }
}

/// <summary>One column of a <see cref="RowSet"/>.</summary>
internal abstract class RowColumn
{
    /// <summary>An empty column.</summary>
    public static RowColumn Of(ColumnType type) => type switch
    {
        ColumnType.BigInt => new RowColumn<long?>(type),
        ColumnType.Real => new RowColumn<double?>(type),
        ColumnType.Text => new RowColumn<string?>(type),
        _ => new RowColumn<byte[]?>(type),
    };

    /// <summary>What it holds.</summary>
    public abstract ColumnType Type { get; }

    /// <summary>Forgets the values.</summary>
    public abstract void Clear();
}

/// <summary>A column with its values, one for each row.</summary>
internal sealed class RowColumn<T>(ColumnType type) : RowColumn
{
    /// <inheritdoc/>
    public override ColumnType Type => type;

    /// <summary>The values.</summary>
    public List<T> Values { get; } = [];

    /// <inheritdoc/>
    public override void Clear() => Values.Clear();
}
