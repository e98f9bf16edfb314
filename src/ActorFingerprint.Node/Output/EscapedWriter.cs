using System.Text;

namespace ActorFingerprint.Node.Output;

/// <summary>Passes lines on with <see cref="TerminalText.Escape"/>: for printers of other projects that do not know a terminal.</summary>
internal sealed class EscapedWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => inner.Write(TerminalText.Escape(value ?? ""));

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(TerminalText.Escape(value ?? ""));
}
