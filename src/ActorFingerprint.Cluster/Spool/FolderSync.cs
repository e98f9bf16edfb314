using System.Runtime.InteropServices;

namespace ActorFingerprint.Cluster.Spool;

/// <summary>
/// Makes the names in a folder durable: a file that was created, renamed or deleted is so after a loss of power, too. The class library
/// does it for
/// files alone. Nothing to do on Windows.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Flushes the folder. Throws <see cref="IOException"/> when the disk refuses.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw Failure(folder);
        var isFlushed = Fsync(descriptor) == 0;
        var failure = isFlushed ? null : Failure(folder);
        _ = Close(descriptor);
        if (failure is not null) throw failure;
    }

    private static IOException Failure(string folder) => new($"{folder} cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
