namespace ActorFingerprint.Persistence.Projections;

/// <summary>
/// A connection on which one thread reads and writes projections. Statements are written once for both databases (<see cref="ProjectionSql"/>)
/// and are run for all the rows that wait for them, in the order in which they were prepared.
/// </summary>
internal interface IProjectionDatabase : IDisposable
{
    /// <summary>Where it is, for messages.</summary>
    string Place { get; }

    /// <summary>Prepares a statement that changes rows.</summary>
    RowSet Prepare(string sql, params ReadOnlySpan<ColumnType> columns);

    /// <summary>Prepares a question.</summary>
    IRowQuery Query(string sql, params ReadOnlySpan<ColumnType> columns);

    /// <summary>Begins a transaction.</summary>
    void Begin();

    /// <summary>Runs one statement for its rows now; gives how many rows of the table changed. Within a transaction.</summary>
    long Run(RowSet rows);

    /// <summary>Runs every statement for the rows that wait. Within a transaction.</summary>
    void Flush();

    /// <summary>Makes the transaction last.</summary>
    void Commit();

    /// <summary>Takes everything back that was not committed, rows that wait included; does nothing outside a transaction. Never throws.</summary>
    void Rollback();

    /// <summary>From <see cref="Owe"/> until <see cref="Settle"/>, whatever process does the one and the other.</summary>
    bool Owes { get; }

    /// <summary>Notes that what is deleted has to be made unreadable after this transaction. Within a transaction.</summary>
    void Owe();

    /// <summary>It is unreadable.</summary>
    void Settle();

    /// <summary>
    /// A device was erased: has what the database itself copied from page to page go as well, which may write all of it anew. Before
    /// <see cref="TryForget"/>; false when it failed.
    /// </summary>
    bool TryWriteAnew();

    /// <summary>Makes what was deleted unreadable in the files, as far as the database can; false to try again later.</summary>
    bool TryForget();
}

/// <summary>A prepared question.</summary>
internal interface IRowQuery
{
    /// <summary>Asks with one row of values and hears every row of the answer.</summary>
    void Read(Action<IRow> found, params ReadOnlySpan<object> values);

    /// <summary>Asks for many keys, which are the question's only column.</summary>
    void Read(IReadOnlyList<string> keys, Action<IRow> found);
}
