using Microsoft.Extensions.Logging;
using SegPipe.Configuration;

namespace SegPipe.Host.Logging;

/// <summary>Writes log lines to stderr, as text or as JSON, secrets replaced, repetitions within ten seconds counted instead of shown.</summary>
internal sealed class StderrLog(HostConsole console, LogVerbosity level, LogFormat format) : ILoggerFactory
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    private readonly AsyncLocal<IReadOnlyList<KeyValuePair<string, object?>>?> _scope = new();
    private readonly Lock _gate = new();
    private volatile LogVerbosity _level = level;
    private readonly Dictionary<(string Category, string Template), Recent> _recent = [];

    /// <summary>The lowest level that is written.</summary>
    public LogVerbosity Level
    {
        set => _level = value;
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one log.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private bool Shows(LogLevel asked) => asked != LogLevel.None && asked >= _level switch
    {
        LogVerbosity.Debug => LogLevel.Debug,
        LogVerbosity.Info => LogLevel.Information,
        LogVerbosity.Warning => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    private void Write(LogLevel at, LogLine line)
    {
        console.Lines.Add(at);
        long suppressed;
        lock (_gate)
        {
            var key = (line.Category, line.Template);
            if (_recent.TryGetValue(key, out var last) && line.Time - last.Shown < Quiet)
            {
                _recent[key] = last with { Suppressed = last.Suppressed + 1 };
                return;
            }
            suppressed = last.Suppressed;
            _recent[key] = new(line.Time, 0);
        }
        var shown = suppressed == 0 ? line : line with { Message = $"{line.Message} (suppressed {suppressed} like it)" };
        console.Write(format == LogFormat.Json ? shown.Json() : shown.Text());
    }

    private readonly record struct Recent(DateTimeOffset Shown, long Suppressed);

    private sealed class CategoryLogger(StderrLog log, string category) : ILogger
    {
        private readonly bool _foreign = category.StartsWith("Microsoft.", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            if (state is not IReadOnlyList<KeyValuePair<string, object?>> fields) return null;
            var outer = log._scope.Value;
            log._scope.Value = [.. outer ?? [], .. fields];
            return new Scope(log, outer);
        }

        // What the web server informs about, each request, is our debugging.
        public bool IsEnabled(LogLevel logLevel) => log.Shows(_foreign && logLevel == LogLevel.Information ? LogLevel.Debug : logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            log.Write(logLevel, LogLine.Of(log.Time, logLevel, category, eventId, state, exception, formatter(state, exception)).Within(log._scope.Value ?? []));
        }
    }

    private sealed class Scope(StderrLog log, IReadOnlyList<KeyValuePair<string, object?>>? outer) : IDisposable
    {
        public void Dispose() => log._scope.Value = outer;
    }

    private DateTimeOffset Time => console.Time.GetUtcNow();
}
