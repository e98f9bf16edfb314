using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ActorFingerprint.Tests.Node.Fingerbank;

/// <summary>Takes every line of every logger, at every level, with its values and exceptions.</summary>
internal sealed class LogSink : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        Lines.Enqueue(state.ToString() ?? "");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue($"{logLevel} {eventId} {formatter(state, exception)} {exception}");
        if (state is IEnumerable<KeyValuePair<string, object?>> values) Lines.Enqueue(string.Join(' ', values));
    }

    public void Dispose()
    {
    }
}
