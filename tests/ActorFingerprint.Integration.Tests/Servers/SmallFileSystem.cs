using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace ActorFingerprint.Integration.Tests.Servers;

/// <summary>A file system in memory of a given size, which can be filled to the last block and emptied again.</summary>
public sealed class SmallFileSystem : IDisposable
{
    private readonly string _ballast;

    private SmallFileSystem(string path) => (Path, _ballast) = (path, System.IO.Path.Combine(path, "ballast"));

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Mounts one. Skips the test, visibly, where this user may not.</summary>
    public static SmallFileSystem Mount(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "mounting a file system needs Linux and root");
        var path = Directory.CreateTempSubdirectory("actorfp-small-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        using var mount = Process.Start("mount", ["-t", "tmpfs", "-o", size, "tmpfs", path]);
        mount.WaitForExit();
        if (mount.ExitCode != 0) Directory.Delete(path);
        Assert.SkipUnless(mount.ExitCode == 0, "file systems cannot be mounted here (CAP_SYS_ADMIN is missing)");
        return new(path);
    }

    /// <summary>Takes all space but so many bytes.</summary>
    public void Fill(long except)
    {
        var free = new DriveInfo(Path).AvailableFreeSpace - except;
        using var ballast = new FileStream(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1 << 20];
        try
        {
            for (var written = 0L; written < free; written += block.Length) ballast.Write(block, 0, (int)Math.Min(block.Length, free - written));
        }
        catch (IOException) when (new DriveInfo(Path).AvailableFreeSpace < block.Length)
        {
            // others took the rest meanwhile
        }
    }

    /// <summary>Gives it back.</summary>
    public void Empty() => File.Delete(_ballast);

    /// <summary>Unmounts it, whatever still has a file open there.</summary>
    public void Dispose()
    {
        if (!OperatingSystem.IsLinux()) return;
        _ = Unmount(Path, Detach);
        Directory.Delete(Path);
    }

    private const int Detach = 2;

    [DllImport("libc", EntryPoint = "umount2", CharSet = CharSet.Ansi, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unmount(string path, int flags);
}
