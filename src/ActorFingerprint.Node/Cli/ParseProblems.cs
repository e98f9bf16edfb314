using System.CommandLine;
using System.CommandLine.Parsing;

namespace ActorFingerprint.Node.Cli;

/// <summary>What is wrong with a command line, one line each: which option, what was written, what to write.</summary>
internal static class ParseProblems
{
    public static IEnumerable<string> Of(ParseResult parsed) => parsed.Errors.Select(LineOf).Distinct(StringComparer.Ordinal);

    private static string LineOf(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Option: var option, Tokens: [.., var value] }) return Flat(error.Message);
        var type = Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
        if (type == typeof(int) || type == typeof(long)) return $"{option.Name} {value.Value}: write a whole number";
        const string Choices = "Must be one of:";
        var choices = error.Message.IndexOf(Choices, StringComparison.Ordinal);
        return choices < 0
            ? Flat(error.Message)
            : $"{option.Name} {value.Value}: write one of {string.Join(", ", Words(error.Message[(choices + Choices.Length)..]))}";
    }

    private static string Flat(string message) => string.Join(' ', Words(message));

    private static IEnumerable<string> Words(string text) =>
        text.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries).Select(w => w is ['\'', .., '\''] ? w.Trim('\'') : w);
}
