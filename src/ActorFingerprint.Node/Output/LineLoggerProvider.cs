using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Node.Output;

/// <summary>Logs to a text writer, one escaped line an entry: time, level, event id, category, message, exception. Levels may change at any time.</summary>
public sealed class LineLoggerProvider(TextWriter output, LogLevels levels, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _gate = new();

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(this, levels.GateOf(categoryName), categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    /// <inheritdoc />
    public void Dispose()
    {
    }

    private void Write(LogLevel level, EventId id, string category, string message, Exception? error)
    {
        var text = error is null ? message : $"{message}: {error}";
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Short(level)} {id.Id} {category} {TerminalText.Escape(text)}");
        lock (_gate) output.WriteLine(line);
    }

    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };

    private sealed class LineLogger(LineLoggerProvider provider, LogGate gate, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => gate.Allows(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter)
        {
            if (IsEnabled(logLevel)) provider.Write(logLevel, eventId, category, formatter(state, exception), exception);
        }
    }
}
