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
    private const string Unfinished = ".new";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(1);

    private static ReadOnlySpan<byte> CheckedText => "actorfp pseudonym key check v1"u8;

    /// <summary>
    /// Reads the key of a node and compares it with the store's. A store without one takes the key of the first node, which makes it when its
    /// file is missing. Throws <see cref="StoreException"/>.
    /// </summary>
    public static async Task<DevicePseudonyms> LoadAsync(PostgresDatabase database, PostgresMeta meta, string path, bool mayFix, CancellationToken stop)
    {
        if (meta.KeyCheck is null)
        {
            if (!mayFix) throw new StoreException($"{database.Where}: no node ever ran on this store; start `actorfp run` on it once");
            var unfinished = File.Exists(path) ? null : $"{path}.{Guid.NewGuid():N}{Unfinished}"; // nodes of one machine may share the file
            if (unfinished is not null) PseudonymKeyFile.Write(unfinished, RandomNumberGenerator.GetBytes(DevicePseudonyms.KeyLength));
            var key = PseudonymKeyFile.Read(unfinished ?? path);
            meta = meta with { KeyCheck = await PostgresMeta.FixKeyCheckAsync(database, CheckOf(key), stop) };
            if (unfinished is not null && meta.KeyCheck != CheckOf(key)) File.Delete(unfinished);
        }
        for (var waited = TimeSpan.Zero; !File.Exists(path) && !TryFinish(path, meta.KeyCheck!) && waited < Patience; waited += Look)
            await Task.Delay(Look, stop); // the node that makes it may be at it
        if (!File.Exists(path))
            throw new StoreException(
                $"{path}: missing, and the store has a key already; copy the file from a node that runs on {database.Where}");
        var mine = PseudonymKeyFile.Read(path);
        if (CheckOf(mine) != meta.KeyCheck)
            throw new StoreException($"{path}: is not the key of the store; copy the file from a node that runs on {database.Where}");
        return new(mine);
    }

    /// <summary>Moves the store's key into its place: it was made, and somebody stopped between the database and the file.</summary>
    private static bool TryFinish(string path, string check)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder || !Directory.Exists(folder)) return false;
        try
        {
            foreach (var unfinished in Directory.EnumerateFiles(folder, Path.GetFileName(path) + ".*" + Unfinished))
            {
                if (CheckOf(PseudonymKeyFile.Read(unfinished)) != check) continue;
                File.Move(unfinished, path, overwrite: true); // the same bytes, should another node have been faster
                return true;
            }
        }
        catch (Exception error) when (error is IOException or StoreException)
        {
            // another node has moved or deleted it meanwhile
        }
        return false;
    }

    private static string CheckOf(byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, CheckedText).AsSpan(0, 16));
}
