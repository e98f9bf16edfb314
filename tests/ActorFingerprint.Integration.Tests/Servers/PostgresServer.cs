using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Npgsql;

namespace ActorFingerprint.Integration.Tests.Servers;

/// <summary>
/// A PostgreSQL server of its own on a free port of 127.0.0.1, with its data in a temporary folder or in a given one. fsync stays on.
/// It can be stopped, killed, held still and started again; all of it by process id.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The user of <see cref="ConnectionString"/>; not a superuser, but may make databases.</summary>
    public const string User = "actorfp";

    /// <summary>The user's password.</summary>
    public const string Password = "let me in, 42";

    private const string Superuser = "postgres";
    private const int SIGKILL = 9, SIGTERM = 15, SIGINT = 2, SIGCONT = 18, SIGSTOP = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static int _databases;

    private readonly string _folder;
    private readonly bool _isOwnFolder;
    private readonly string[] _settings;
    private readonly StringBuilder _log = new();
    private Process? _postmaster;

    private PostgresServer(string folder, bool isOwnFolder, int port, string[] settings) =>
        (_folder, _isOwnFolder, Port, _settings) = (folder, isOwnFolder, port, settings);

    /// <summary>Why no server can be started here, or null.</summary>
    public static string? Absence { get; } = FindPrograms() is null
        ? "no PostgreSQL server programs (Debian: apt-get install postgresql)"
        : OperatingSystem.IsLinux() ? null : "PostgreSQL servers are started by these tests on Linux only";

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Process id of the postmaster; 0 while it is stopped.</summary>
    public int ProcessId => _postmaster is { HasExited: false } running ? running.Id : 0;

    /// <summary>What the server logged.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>
    /// Makes a database cluster and starts it. <paramref name="folder"/> is an empty folder for its data, a small file system for instance;
    /// null takes a temporary one. <paramref name="settings"/> are further lines of configuration, <c>name=value</c>.
    /// </summary>
    public static async Task<PostgresServer> StartNewAsync(string? folder = null, params string[] settings)
    {
        var place = folder ?? Directory.CreateTempSubdirectory("actorfp-pg-").FullName;
        var server = new PostgresServer(Path.Combine(place, "data"), folder is null, ServerProcess.FreePort(), settings);
        try
        {
            await server.InitializeAsync(place);
            await server.StartAsync();
            await using var super = NpgsqlDataSource.Create(server.ConnectionStringOf("postgres", Superuser));
            await using var role = super.CreateCommand($"CREATE ROLE {User} LOGIN CREATEDB PASSWORD '{Password}'");
            await role.ExecuteNonQueryAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database and gives its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await using var source = NpgsqlDataSource.Create(ConnectionStringOf("postgres", Superuser) + ";Pooling=false");
        await using var create = source.CreateCommand($"CREATE DATABASE {name} OWNER {User}");
        await create.ExecuteNonQueryAsync();
        return ConnectionStringOf(name);
    }

    /// <summary>The connection string of a database for <see cref="User"/>, or for another user of the same password.</summary>
    public string ConnectionStringOf(string database, string user = User) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = Password,
    }.ConnectionString;

    /// <summary>The connection string of a database for the superuser.</summary>
    public string SuperuserStringOf(string database) => ConnectionStringOf(database, Superuser);

    /// <summary>Starts it and waits until it takes connections (again).</summary>
    public async Task StartAsync()
    {
        _postmaster = StartProgram("postgres",
        [
            "-D", _folder, "-c", "listen_addresses=127.0.0.1", "-c", string.Create(CultureInfo.InvariantCulture, $"port={Port}"),
            "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "log_min_messages=warning",
            .. _settings.SelectMany(setting => new[] { "-c", setting }),
        ]);
        var watch = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (_postmaster.HasExited || watch.Elapsed > Patience) throw new InvalidOperationException($"PostgreSQL did not start:\n{Log}");
            await Task.Delay(50);
        }
    }

    /// <summary>Stops it in order: running transactions are taken back, connections end with 57P01.</summary>
    public Task StopAsync() => EndAsync(SIGINT, [ProcessId]);

    /// <summary>Kills it and all its processes, as a power failure would end them; the next start recovers from its log.</summary>
    public Task KillAsync() => EndAsync(SIGKILL, ProcessesOf(ProcessId));

    /// <summary>Holds all its processes still: connections stay open and nothing answers.</summary>
    public void Suspend() => Signal(SIGSTOP, ProcessesOf(ProcessId));

    /// <summary>Lets them go on.</summary>
    public void Resume() => Signal(SIGCONT, ProcessesOf(ProcessId));

    /// <summary>Stops it and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ProcessId != 0) await KillAsync();
        _postmaster?.Dispose();
        try
        {
            Directory.Delete(_isOwnFolder ? Path.GetDirectoryName(_folder)! : _folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A cluster that could not be made.
        }
    }

    private async Task InitializeAsync(string place)
    {
        var secret = Path.Combine(place, "password");
        await File.WriteAllTextAsync(secret, Password + "\n");
        if (Environment.IsPrivilegedProcess)
            foreach (var path in (string[])[place, secret]) Own(path);
        using var initdb = StartProgram("initdb",
        [
            "-D", _folder, "-U", Superuser, $"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=1",
        ]);
        await initdb.WaitForExitAsync();
        File.Delete(secret);
        if (initdb.ExitCode != 0) throw new InvalidOperationException($"initdb failed:\n{Log}");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(ConnectionStringOf("postgres", Superuser) + ";Pooling=false;Timeout=5");
            await using var probe = source.CreateCommand("SELECT 1");
            return await probe.ExecuteScalarAsync() is 1;
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or TimeoutException)
        {
            return false;
        }
    }

    private async Task EndAsync(int signal, IReadOnlyList<int> processes)
    {
        if (_postmaster is not { HasExited: false } running) return;
        Signal(signal, processes);
        if (signal == SIGKILL) await WaitForEndAsync(processes);
        using var patience = new CancellationTokenSource(Patience);
        await running.WaitForExitAsync(patience.Token);
    }

    /// <summary>The kernel ends them in its own time; a server does not start while one of them still has the shared memory.</summary>
    private static async Task WaitForEndAsync(IReadOnlyList<int> processes)
    {
        var watch = Stopwatch.StartNew();
        while (processes.Any(id => StateOf(id) is not (null or 'Z')) && watch.Elapsed < Patience) await Task.Delay(10);
    }

    private Process StartProgram(string name, IEnumerable<string> arguments)
    {
        var program = Path.Combine(FindPrograms()!, name);
        var asUser = Environment.IsPrivilegedProcess; // PostgreSQL refuses to run as root; setpriv becomes the program, so its id is the program's
        var start = new ProcessStartInfo(asUser ? "setpriv" : program) { RedirectStandardError = true, RedirectStandardOutput = true };
        if (asUser)
            foreach (var argument in (string[])["--reuid", Superuser, "--regid", Superuser, "--init-groups", program]) start.ArgumentList.Add(argument);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.WorkingDirectory = "/";
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_log) _log.AppendLine(line);
    }

    /// <summary>The folder of the newest server programs; null when there are none.</summary>
    private static string? FindPrograms() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")))
            .MaxBy(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), CultureInfo.InvariantCulture, out var number) ? number : 0)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")));

    /// <summary>A process and all that descend from it.</summary>
    private static List<int> ProcessesOf(int root)
    {
        var found = new List<int>();
        if (root == 0) return found;
        found.Add(root);
        var parents = Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Select(id => (Id: id, Parent: ParentOf(id))).ToList();
        for (var i = 0; i < found.Count; i++) found.AddRange(parents.Where(process => process.Parent == found[i]).Select(process => process.Id));
        return found;
    }

    private static int ParentOf(int id) => StatOf(id) is [_, var parent, ..] ? int.Parse(parent, CultureInfo.InvariantCulture) : 0;

    private static char? StateOf(int id) => StatOf(id) is [[var state], ..] ? state : null;

    /// <summary>Fields of /proc/ID/stat from the state on; the name before it may hold spaces and parentheses.</summary>
    private static string[]? StatOf(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Signal(int signal, IReadOnlyList<int> processes)
    {
        foreach (var id in processes)
            if (id > 1) _ = Kill(id, signal);
    }

    private static void Own(string path)
    {
        using var chown = Process.Start("chown", [$"{Superuser}:{Superuser}", path]);
        chown.WaitForExit();
        if (chown.ExitCode != 0) throw new InvalidOperationException($"{path}: could not be given to the user {Superuser}");
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
