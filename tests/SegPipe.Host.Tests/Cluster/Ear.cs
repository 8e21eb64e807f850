using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SegPipe.Host.Cluster;

/// <summary>A log that is listened to.</summary>
internal sealed class Ear(Action<string> hears) : ILogger
{
    private readonly ConcurrentQueue<string> _heard = [];

    public string Heard => string.Join('\n', _heard);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var text = formatter(state, exception);
        _heard.Enqueue(text);
        hears(text);
    }
}
