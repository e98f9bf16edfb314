using System.Diagnostics;
using ActorFingerprint.Node.Cli;
using Xunit;

namespace ActorFingerprint.Tests.Node.Cli;

public sealed class StandardStreamSpecs
{
    private static readonly string Sample = Path.Combine(Repository.Root, "samples", "home.pcapng");

    [Theory]
    [InlineData("scan \"$SAMPLE\" --observations | head -1 > /dev/null; exit ${PIPESTATUS[0]}", ExitCodes.OutputClosed)]
    [InlineData("scan \"$SAMPLE\" > /dev/full", ExitCodes.Failure)]
    [InlineData("scan \"$SAMPLE\" >&-", ExitCodes.Failure)]
    [InlineData("scan \"$SAMPLE\" > /dev/null 2>&-", ExitCodes.Ok)]
    [InlineData("scan \"$SAMPLE\" > /dev/null 2> /dev/full", ExitCodes.Ok)]
    public async Task Lost_output_ends_in_a_code_and_never_in_a_stack_trace(string line, int expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes of a shell");
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("$ACTORFP " + line);
        start.Environment["ACTORFP"] = Path.Combine(AppContext.BaseDirectory, "actorfp");
        start.Environment["SAMPLE"] = Sample;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("   at ", await error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", await error, StringComparison.Ordinal);
        Assert.Equal(expected, process.ExitCode);
    }
}
