using System.Security.Cryptography;
using ActorFingerprint.Engine.Journal;
using ActorFingerprint.Persistence.Store;

namespace ActorFingerprint.Persistence.PostgreSql;

/// <summary>
/// The pseudonym key of a store that several nodes share. It stays in a file of each node, never in the database: who reads the database then
/// cannot test addresses against it. The database holds a check value, so that a node with another key is refused before it makes every
/// device a stranger.
/// </summary>
internal static class SharedPseudonymKey
{
    private static ReadOnlySpan<byte> CheckedText => "actorfp pseudonym key check v1"u8;

    /// <summary>
    /// Reads the key of a node and compares it with the store's. A store without one takes the key of the first node, which makes it when its
    /// file is missing. Throws <see cref="StoreException"/>.
    /// </summary>
    public static async Task<DevicePseudonyms> LoadAsync(PostgresDatabase database, PostgresMeta meta, string path, bool mayFix, CancellationToken stop)
    {
        var unfinished = path + ".new";
        if (meta.KeyCheck is null)
        {
            if (!mayFix) throw new StoreException($"{database.Where}: no node ever ran on this store; start `actorfp run` on it once");
            var isNew = !File.Exists(path);
            if (isNew) PseudonymKeyFile.Write(unfinished, RandomNumberGenerator.GetBytes(DevicePseudonyms.KeyLength));
            var key = PseudonymKeyFile.Read(isNew ? unfinished : path);
            meta = meta with { KeyCheck = await PostgresMeta.FixKeyCheckAsync(database, CheckOf(key), stop) };
            if (isNew && meta.KeyCheck == CheckOf(key)) File.Move(unfinished, path);
        }
        else if (!File.Exists(path) && File.Exists(unfinished) && CheckOf(PseudonymKeyFile.Read(unfinished)) == meta.KeyCheck)
        {
            File.Move(unfinished, path); // stopped between the database and the file
        }
        if (!File.Exists(path))
            throw new StoreException(
                $"{path}: missing, and the store has a key already; copy the file from a node that runs on {database.Where}");
        var mine = PseudonymKeyFile.Read(path);
        if (CheckOf(mine) != meta.KeyCheck)
            throw new StoreException($"{path}: is not the key of the store; copy the file from a node that runs on {database.Where}");
        return new(mine);
    }

    private static string CheckOf(byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, CheckedText).AsSpan(0, 16));
}
