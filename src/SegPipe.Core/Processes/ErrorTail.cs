using System.Text;
using System.Text.RegularExpressions;

namespace SegPipe.Processes;

/// <summary>The last lines of a child's standard error; secrets are replaced, long lines cut, FFmpeg's addresses left out.</summary>
internal sealed partial class ErrorTail(IEnumerable<string> secrets)
{
    public const int MaxLines = 50;
    private const int MaxLineBytes = 2000;

    private readonly Lock _gate = new();
    private readonly string[] _secrets = [.. secrets.Where(s => s.Length > 0).OrderByDescending(s => s.Length)];
    private readonly Queue<string> _lines = new();
    private readonly byte[] _line = new byte[MaxLineBytes];
    private int _length;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public void Pump(Stream stream)
    {
        var buffer = new byte[4096];
        for (int read; (read = stream.Read(buffer)) > 0;)
            lock (_gate)
                Append(buffer.AsSpan(0, read));
        lock (_gate)
            EndLine();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b is (byte)'\n' or (byte)'\r')
                EndLine();
            else if (_length < _line.Length)
                _line[_length++] = b;
        }
    }

    private void EndLine()
    {
        if (_length == 0)
            return;
        var text = new StringBuilder(Encoding.UTF8.GetString(_line, 0, _length));
        _length = 0;
        foreach (var secret in _secrets)
            text.Replace(secret, "***");
        while (_lines.Count >= MaxLines)
            _lines.Dequeue();
        _lines.Enqueue(Address().Replace(text.ToString(), ""));
    }

    [GeneratedRegex(" @ 0x[0-9a-f]+")]
    private static partial Regex Address();
}
