using ActorFingerprint.Persistence.PostgreSql;
using Microsoft.Extensions.Configuration;

namespace ActorFingerprint.Node.Configuration;

/// <summary>How far a connection to PostgreSQL is encrypted and the server checked; libpq's words.</summary>
public enum PostgresqlSslMode
{
    /// <summary>Clear text.</summary>
    Disable,

    /// <summary>Encrypted when the server can; unchecked.</summary>
    Prefer,

    /// <summary>Encrypted; unchecked.</summary>
    Require,

    /// <summary>Encrypted; the certificate is of a trusted authority.</summary>
    VerifyCa,

    /// <summary>Encrypted; the certificate is of a trusted authority and names the host.</summary>
    VerifyFull,
}

/// <summary>The PostgreSQL database of a store that several nodes share.</summary>
public sealed record PostgresqlOptions : ICrossChecked
{
    /// <summary>Host name, address, or folder of a Unix socket.</summary>
    [ConfigurationKeyName("host")] public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port.</summary>
    [ConfigurationKeyName("port")][CountRange(1, 65_535)] public int Port { get; init; } = 5432;

    /// <summary>Database.</summary>
    [ConfigurationKeyName("database")] public string Database { get; init; } = "actorfp";

    /// <summary>User, who owns the schema or may make it.</summary>
    [ConfigurationKeyName("username")] public string Username { get; init; } = "actorfp";

    /// <summary>Password; empty takes <see cref="PasswordFile"/>, then what libpq takes (PGPASSWORD, ~/.pgpass).</summary>
    [ConfigurationKeyName("password")] public string Password { get; init; } = "";

    /// <summary>A file of mode 0600 with the password in its first line.</summary>
    [ConfigurationKeyName("password-file")] public string PasswordFile { get; init; } = "";

    /// <summary>Schema of the store.</summary>
    [ConfigurationKeyName("schema")] public string Schema { get; init; } = PostgresOptions.DefaultSchema;

    /// <summary>Encryption.</summary>
    [ConfigurationKeyName("ssl-mode")] public PostgresqlSslMode SslMode { get; init; } = PostgresqlSslMode.Prefer;

    /// <summary>PEM file of the authority that signed the server's certificate; empty takes those of the system.</summary>
    [ConfigurationKeyName("root-certificate")] public string RootCertificate { get; init; } = "";

    /// <summary>Connections at most.</summary>
    [ConfigurationKeyName("pool-size")][CountRange(4, 1000)] public int PoolSize { get; init; } = 16;

    /// <summary>Longest making of a connection.</summary>
    [ConfigurationKeyName("connect-timeout")][DurationRange("1s", "5m")] public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest statement before the connection counts as lost.</summary>
    [ConfigurationKeyName("command-timeout")][DurationRange("1s", "1h")] public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long reads are tried again while the server cannot be reached.</summary>
    [ConfigurationKeyName("read-patience")][DurationRange("0s", "1h")] public TimeSpan ReadPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause without news of other nodes' commits after which this one looks by itself.</summary>
    [ConfigurationKeyName("poll-interval")][DurationRange("10ms", "1m")] public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The file with the pseudonym key, the same on all nodes; empty takes <c>pseudonym.key</c> in <c>node.folder</c>.</summary>
    [ConfigurationKeyName("pseudonym-key-file")] public string PseudonymKeyFile { get; init; } = "";

    /// <summary>The password does not appear.</summary>
    public override string ToString() => $"{nameof(PostgresqlOptions)} {{ {Username}@{Host}:{Port}/{Database} ({Schema}) }}";

    /// <inheritdoc />
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (string.IsNullOrWhiteSpace(Host)) yield return ("host", "is empty: name the server");
        if (string.IsNullOrWhiteSpace(Database)) yield return ("database", "is empty: name the database");
        if (string.IsNullOrWhiteSpace(Username)) yield return ("username", "is empty: name the user");
        if (Password.Length > 0 && PasswordFile.Length > 0) yield return ("password", "is set, and so is postgresql.password-file: keep one of them");
        if (!IsSchema(Schema))
            yield return ("schema", $"must be 1 to {PostgresOptions.MaxSchemaLength} lower-case letters, digits or '_', no digit first");
        if (RootCertificate.Length > 0 && SslMode is not (PostgresqlSslMode.VerifyCa or PostgresqlSslMode.VerifyFull))
            yield return ("root-certificate", "is only used with postgresql.ssl-mode = verifyca or verifyfull");
    }

    private static bool IsSchema(string text) => text.Length is > 0 and <= PostgresOptions.MaxSchemaLength && !char.IsAsciiDigit(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}
