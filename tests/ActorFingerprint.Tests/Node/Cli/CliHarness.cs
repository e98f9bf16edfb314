using System.Collections;
using System.Text;
using ActorFingerprint.Node.Cli;

namespace ActorFingerprint.Tests.Node.Cli;

/// <summary>Runs commands in this process over fakes, in a folder of their own.</summary>
internal sealed class CliHarness : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CliHarness() => Environment["HOME"] = _folder.Path;

    public FakeComposition Composition { get; } = new();

    public Hashtable Environment { get; } = [];

    public string Folder => _folder.Path;

    public string Input { get; set; } = "";

    public bool IsInteractive { get; set; }

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public string File(string name) => _folder.File(name);

    public Task<int> RunAsync(params string[] arguments) => RunAsync(CancellationToken.None, arguments);

    public async Task<int> RunAsync(CancellationToken stop, params string[] arguments)
    {
        using var output = new MemoryStream();
        var error = new StringWriter { NewLine = "\n" };
        await using var writer = new StreamWriter(output, new UTF8Encoding(false)) { NewLine = "\n", AutoFlush = true };
        var console = new CliConsole
        {
            Out = writer,
            Error = TextWriter.Synchronized(error),
            In = new StringReader(Input),
            OutStream = output,
            InStream = new MemoryStream(Encoding.UTF8.GetBytes(Input)),
            IsInTerminal = IsInteractive,
        };
        var code = await CommandLine.RunAsync(new CliContext(console, Composition, Environment, TimeProvider.System), arguments, stop);
        (Out, Error) = (Encoding.UTF8.GetString(output.ToArray()), error.ToString());
        return code;
    }

    public void Dispose() => _folder.Dispose();
}
