using System.Security.Cryptography;
using ActorFingerprint.Engine.Journal;

namespace ActorFingerprint.Persistence.Store;

/// <summary>
/// The key behind persistence ids, in a file of its own (mode 0600). Losing it makes the journal's devices strangers: they would
/// all be first seen again. So a journal without its key is refused, not given a new one.
/// </summary>
public static class PseudonymKeyFile
{
    /// <summary>Reads the key of a store, or makes one when there is none and the journal is still empty.</summary>
    public static DevicePseudonyms LoadOrCreate(StoreFolder folder, bool journalIsEmpty)
    {
        if (journalIsEmpty && !File.Exists(folder.PseudonymKey)) Create(folder);
        return Load(folder);
    }

    /// <summary>Reads the key of a store.</summary>
    public static DevicePseudonyms Load(StoreFolder folder) => new(Read(folder.PseudonymKey));

    /// <summary>Reads a key. Throws <see cref="StoreException"/>.</summary>
    internal static byte[] Read(string path)
    {
        try
        {
            var key = File.ReadAllBytes(path);
            return key.Length == DevicePseudonyms.KeyLength
                ? key
                : throw new StoreException($"{path}: {key.Length} bytes, a key has {DevicePseudonyms.KeyLength}; restore it from a backup");
        }
        catch (FileNotFoundException error)
        {
            throw new StoreException(
                $"{path}: missing, and the journal's devices cannot be found without it; restore it from a backup", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: cannot be read ({error.Message}); run as the owner of the folder", error);
        }
    }

    /// <summary>Writes a key, mode 0600, in place of what is there. Throws <see cref="StoreException"/>.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> key)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var file = new FileStream(path, options);
            file.Write(key);
            file.Flush(flushToDisk: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: cannot be written ({error.Message}); check space and access of the folder", error);
        }
    }

    /// <summary>Writes a new random key beside and moves it into place, so that a crash leaves a whole key or none.</summary>
    private static void Create(StoreFolder folder)
    {
        var unfinished = folder.PseudonymKey + ".new";
        Write(unfinished, RandomNumberGenerator.GetBytes(DevicePseudonyms.KeyLength));
        File.Move(unfinished, folder.PseudonymKey, overwrite: false);
    }
}
