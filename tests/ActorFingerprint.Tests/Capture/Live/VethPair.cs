using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace ActorFingerprint.Tests.Capture.Live;

/// <summary>
/// A pair of linked interfaces, <c>left</c> and <c>right</c>, in a network namespace of their own without any other traffic.
/// Needs root and iproute2; the test is skipped, visibly, where they are missing. Everything goes away with it.
/// </summary>
internal sealed class VethPair : IDisposable
{
    public const string Left = "left";
    public const string Right = "right";

    private const int NewNetwork = 0x40000000; // CLONE_NEWNET

    private readonly string _namespace = $"actorfp-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";

    private static int _count;

    public VethPair()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root on Linux");
        var (status, output) = TryRun("ip", "netns", "add", _namespace);
        Assert.SkipUnless(status == 0, $"no network namespace: {output}");
        try
        {
            // No IPv6: its neighbour and router discovery would be frames that nobody sent.
            RunInside("sh", "-c", "cd /proc/sys/net/ipv6/conf && echo 1 > all/disable_ipv6 && echo 1 > default/disable_ipv6");
            RunInside("ip", "link", "set", "lo", "up");
            RunInside("ip", "link", "add", Left, "type", "veth", "peer", "name", Right);
            RunInside("ip", "link", "set", Left, "mtu", "9000", "arp", "off", "up");
            RunInside("ip", "link", "set", Right, "mtu", "9000", "arp", "off", "up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The words before a command that run it in the namespace, as the same process.</summary>
    public IReadOnlyList<string> Enter => ["ip", "netns", "exec", _namespace];

    /// <summary>Runs a program in the namespace; fails the test with its output when it fails.</summary>
    public string RunInside(params string[] command) => Run(Enter[0], [.. Enter.Skip(1), .. command]);

    /// <summary>Skips the test where a program is not installed.</summary>
    public static void SkipWithout(string program) =>
        Assert.SkipUnless(TryRun("sh", "-c", $"command -v {program}").Status == 0, $"{program} is not installed");

    /// <summary>Runs something on a thread inside the namespace: sockets it opens stay there.</summary>
    public T Inside<T>(Func<T> work)
    {
        T result = default!;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{_namespace}");
                if (SetNamespace(handle, NewNetwork) != 0)
                    throw new InvalidOperationException($"setns failed: {Marshal.GetLastPInvokeError()}");
                result = work();
            }
            catch (Exception caught)
            {
                error = caught;
            }
        });
        thread.Start();
        thread.Join();
        return error is null ? result : throw new AggregateException(error);
    }

    public void Dispose() => TryRun("ip", "netns", "del", _namespace);

    private static string Run(string program, params string[] arguments)
    {
        var (status, output) = TryRun(program, arguments);
        Assert.True(status == 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    private static (int Status, string Output) TryRun(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetNamespace(SafeFileHandle handle, int kind);
}
