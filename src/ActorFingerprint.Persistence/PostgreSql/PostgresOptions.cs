using ActorFingerprint.Persistence.Store;
using Npgsql;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>How to reach a PostgreSQL store. Its text form never shows the password.</summary>
public sealed record PostgresOptions
{
    /// <summary>The schema of a store that does not say another.</summary>
    public const string DefaultSchema = "actorfp";

    /// <summary>Longest name of a schema, characters: what is named after it (the read side's schemas, a channel) still fits into PostgreSQL's 63.</summary>
    public const int MaxSchemaLength = 40;

    /// <summary>Longest name that a channel can be named after.</summary>
    private const int LongestName = 63 - 8;

    /// <summary>Npgsql connection string: <c>Host=…;Port=…;Database=…;Username=…</c>.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Password; null takes that of <see cref="ConnectionString"/>, or what libpq's files and variables say.</summary>
    public string? Password { get; init; }

    /// <summary>The schema that holds the store's tables: lower-case letters, digits and underscores. Made when it is not there.</summary>
    public string Schema { get; init; } = DefaultSchema;

    /// <summary>How long a statement may take before it counts as lost.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long making a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections at most, 2..1000; one of them listens for commits of other nodes.</summary>
    public int PoolSize { get; init; } = 16;

    /// <summary>How long reads are tried again while the server cannot be reached, before they fail. Writes are tried again by their caller.</summary>
    public TimeSpan ReadPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a process waits for a signal of other nodes' commits before it looks by itself.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The file with the pseudonym key; null takes <c>pseudonym.key</c> in the node's folder.</summary>
    public string? PseudonymKeyFile { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(PostgresOptions)} {{ {Where()} }}";

    /// <summary>Where the store is, for the operator: host, port, database and schema.</summary>
    internal string Where()
    {
        var parts = Parse();
        return $"postgresql {parts.Host ?? "localhost"}:{parts.Port}/{parts.Database ?? parts.Username} ({Schema})";
    }

    /// <summary>The whole connection string with everything that the store relies on. Throws <see cref="StoreException"/>.</summary>
    internal NpgsqlConnectionStringBuilder Build()
    {
        if (Schema.Length is 0 or > LongestName || Schema.AsSpan().ContainsAnyExcept(SchemaCharacters) || char.IsAsciiDigit(Schema[0]))
            throw new StoreException(
                $"schema \"{Schema}\": write lower-case letters, digits and underscores, at most {MaxSchemaLength}, no digit first");
        var parts = Parse();
        if (Password is not null) parts.Password = Password;
        parts.SearchPath = Schema;
        parts.ApplicationName ??= "actorfp";
        parts.CommandTimeout = Math.Max(1, (int)Math.Ceiling(CommandTimeout.TotalSeconds));
        parts.Timeout = Math.Clamp((int)Math.Ceiling(ConnectTimeout.TotalSeconds), 1, 1024);
        parts.CancellationTimeout = 2000;
        parts.MaxPoolSize = PoolSize;
        parts.MaxAutoPrepare = 64;
        parts.AutoPrepareMinUsages = 2;
        parts.TcpKeepAlive = true;
        parts.IncludeErrorDetail = false; // details show values of rows
        parts.Options = $"{SessionSettings} {parts.Options}".TrimEnd();
        return parts;
    }

    /// <summary>
    /// Commits are on disk when they return, and a client that the network cut off does not hold locks for hours: the server looks after
    /// 10 s of silence and gives up 15 s later.
    /// </summary>
    private const string SessionSettings =
        "-c synchronous_commit=on -c idle_in_transaction_session_timeout=60s "
        + "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    private static readonly System.Buffers.SearchValues<char> SchemaCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    private NpgsqlConnectionStringBuilder Parse()
    {
        try
        {
            return new(ConnectionString);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            // Not the inner exception: its text may show the string, hence a password.
            throw new StoreException("the PostgreSQL connection string cannot be read; write Host=…;Port=…;Database=…;Username=…");
        }
    }
}
