using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorFingerprint.Persistence.PostgreSql;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ActorFingerprint.Tools.JournalGenerator;

/// <summary>A digest of every row of every table of a read side, in key order: equal digests are equal read sides, whatever keeps them.</summary>
internal static class ReadSideDigest
{
    /// <summary>Tables and the columns that order them.</summary>
    private static readonly (string Name, string Key)[] Tables =
    [
        ("devices", "device_id"), ("device_states", "device_id"), ("device_fingerprints", "device_id"),
        ("fingerprint_device_status", "device_id"), ("device_status_changes", "device_id, ordering"),
        ("dhcp_fingerprints", "device_id, number"), ("tls_fingerprints", "device_id, number"), ("device_addresses", "device_id, position"),
        ("device_host_names", "device_id, position"), ("device_hours", "device_id, hour"), ("runs", "run"),
        ("fingerprint_runs", "ordering"), ("projection_offset", "name"),
    ];

    /// <summary>Of a store folder.</summary>
    public static string OfSqlite(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return Of(sql =>
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteReader();
        });
    }

    /// <summary>Of a store in PostgreSQL.</summary>
    public static string OfPostgres(PostgresOptions options)
    {
        using var source = NpgsqlDataSource.Create(options.ConnectionString);
        using var connection = source.OpenConnection();
        using (var path = new NpgsqlCommand($"SET search_path TO {options.Schema}_read", connection)) path.ExecuteNonQuery();
        return Of(sql => new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }.ExecuteReader());
    }

    private static string Of(Func<string, System.Data.Common.DbDataReader> read)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, key) in Tables)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            using var rows = read($"SELECT * FROM {name} ORDER BY {key}");
            while (rows.Read())
            {
                for (var i = 0; i < rows.FieldCount; i++) hash.AppendData(BytesOf(rows.GetValue(i)));
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static byte[] BytesOf(object value) => value switch
    {
        byte[] bytes => bytes,
        DBNull => [0],
        _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) + "\u0001"),
    };
}
