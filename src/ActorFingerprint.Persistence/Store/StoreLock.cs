using System.Globalization;
using System.Text;

namespace ActorFingerprint.Persistence.Store;

/// <summary>
/// Makes one process the writer of a store: holds <c>journal.lock</c> for as long as it lives and says in <c>journal.pid</c> who it
/// is (a held lock file cannot be read). The operating system gives the lock back when the process ends, however it ends.
/// </summary>
public sealed class StoreLock : IDisposable
{
    private readonly StoreFolder _folder;
    private readonly FileStream _file;

    private StoreLock(StoreFolder folder, FileStream file) => (_folder, _file) = (folder, file);

    /// <summary>Takes the lock. Throws <see cref="StoreException"/> naming the process that has it.</summary>
    public static StoreLock Take(StoreFolder folder)
    {
        FileStream file;
        try
        {
            file = Open(folder.Lock, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StoreException($"{folder.Lock}: access is denied; run as the owner of the folder", error);
        }
        catch (IOException error)
        {
            throw new StoreException(IsHeld(error) && HolderOf(folder) is { } process
                ? $"{folder.Path}: process {process} writes to this store; stop it, or use the command against the running node"
                : $"{folder.Lock}: the lock cannot be taken ({error.Message}); check space and access of the folder", error);
        }
        try
        {
            using var id = Open(folder.ProcessId, FileMode.Create, FileShare.ReadWrite);
            id.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw new StoreException(
                $"{folder.ProcessId}: cannot be written ({error.Message}); check space and access of the folder", error);
        }
        return new(folder, file);
    }

    /// <summary>The process that holds the lock or held it last without ending well; null when there is none.</summary>
    public static int? HolderOf(StoreFolder folder)
    {
        try
        {
            return int.TryParse(File.ReadAllText(folder.ProcessId).Trim(), CultureInfo.InvariantCulture, out var process) ? process : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Gives the lock back. Its file stays: removing it would let two processes hold two files of one name.</summary>
    public void Dispose()
    {
        if (!_file.CanRead) return;
        File.Delete(_folder.ProcessId);
        _file.Dispose();
    }

    /// <summary>Another process has the file locked: EAGAIN on Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
