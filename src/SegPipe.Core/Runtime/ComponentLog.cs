using System.Collections;
using Microsoft.Extensions.Logging;

namespace SegPipe.Runtime;

/// <summary>
/// The log as one component of one stream writes to it: every line says where it comes from, and what counts as a repetition of a line is
/// one of the same component's.
/// </summary>
/// <param name="log">Where lines go.</param>
/// <param name="stream">Name of the stream, null where there is only one.</param>
/// <param name="component">Id of the component.</param>
internal sealed class ComponentLog(ILogger log, string? stream, string component) : ILogger
{
    private const string TemplateKey = "{OriginalFormat}";

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var message = formatter(state, exception);
        log.Log(logLevel, eventId, new Placed([.. Fields(state, message)]), exception, (_, _) => stream is null ? message : $"{stream}: {message}");
    }

    private IEnumerable<KeyValuePair<string, object?>> Fields<TState>(TState state, string message)
    {
        if (stream is not null) yield return new("Stream", stream);
        yield return new("Component", component);
        var pairs = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
        foreach (var pair in pairs.Where(p => p.Key is not (TemplateKey or "Component"))) yield return pair;
        yield return new(TemplateKey, $"{stream}/{component}: {pairs.FirstOrDefault(p => p.Key == TemplateKey).Value as string ?? message}");
    }

    private sealed class Placed(KeyValuePair<string, object?>[] fields) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => fields.Length;

        public KeyValuePair<string, object?> this[int index] => fields[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => fields.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
