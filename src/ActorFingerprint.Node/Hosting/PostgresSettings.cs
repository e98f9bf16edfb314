using ActorFingerprint.Node.Configuration;
using ActorFingerprint.Persistence.PostgreSql;
using ActorFingerprint.Persistence.Store;
using Npgsql;

namespace ActorFingerprint.Node.Hosting;

/// <summary>What the configuration says about PostgreSQL, as the adapter takes it.</summary>
internal static class PostgresSettings
{
    /// <summary>Longest password, characters.</summary>
    private const int MaxPassword = 1024;

    /// <summary>Reads the password file, when one is named. Throws <see cref="StoreException"/>, without the password.</summary>
    public static PostgresOptions Of(PostgresqlOptions options) => new()
    {
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Database = options.Database,
            Username = options.Username,
            SslMode = Enum.Parse<SslMode>(options.SslMode.ToString()),
            RootCertificate = options.RootCertificate is { Length: > 0 } path ? path : null,
        }.ConnectionString,
        Password = options.Password is { Length: > 0 } password ? password : ReadPassword(options.PasswordFile),
        Schema = options.Schema,
        PoolSize = options.PoolSize,
        ConnectTimeout = options.ConnectTimeout,
        CommandTimeout = options.CommandTimeout,
        ReadPatience = options.ReadPatience,
        PollInterval = options.PollInterval,
        PseudonymKeyFile = options.PseudonymKeyFile is { Length: > 0 } key ? key : null,
    };

    private static string? ReadPassword(string path)
    {
        if (path.Length == 0) return null;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
                throw new StoreException($"{path}: others on this machine can read the password; run chmod 600 {path}");
            using var reader = new StreamReader(path);
            return reader.ReadLine() is { Length: > 0 and <= MaxPassword } password
                ? password
                : throw new StoreException($"{path}: holds no password; write it alone into the first line");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: the password cannot be read ({error.Message}); set postgresql.password-file", error);
        }
    }
}
