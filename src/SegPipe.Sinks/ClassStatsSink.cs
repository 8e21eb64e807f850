using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Sinks;

/// <summary>
/// Writes records of class maps: the share of every class and how much changed since the frame before. There is one for each class map,
/// or, with <c>change_percent</c> or <c>every_seconds</c>, where a share has changed so much or so much time has passed since the last record.
/// </summary>
/// <example><code lang="yaml">
/// type: class_stats
/// from: labels
/// path: out/stats.jsonl
/// </code></example>
[Sink("class_stats")]
[Input(PayloadKind.Labels)]
public sealed class ClassStatsSink(ClassStatsOptions options, ComponentContext context) : ISink
{
    private readonly long[] _counts = new long[256];
    private RecordFile? _file;
    private JsonEncodedText[] _names = [];
    private byte[] _previous = [];
    private bool _hasPrevious;
    private long[]? _written;
    private double _writtenAt;

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        var labels = (LabelsFormat)format;
        _file ??= new RecordFile(options.Path, context);
        _names = [.. labels.Classes.Entries.Select(entry => JsonEncodedText.Encode(entry.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        _previous = new byte[labels.FrameBytes!.Value];
        _hasPrevious = false;
        _written = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        var labels = frame.Bytes;
        LabelCensus.Count(labels, _counts);
        var changed = _hasPrevious ? LabelCensus.CountDifferences(labels, _previous) : 0;
        labels.CopyTo(_previous);
        _hasPrevious = true;
        context.Status.Note(ComponentReading.MaskFlicker, (double)changed / labels.Length);
        if (!IsDue(frame, labels.Length)) return default;

        var json = _file!.Begin(frame);
        json.WriteStartObject("shares"u8);
        for (var id = 0; id < _names.Length; id++) json.WriteNumber(_names[id], Share(_counts[id], labels.Length));
        json.WriteEndObject();
        json.WriteNumber("changed"u8, Share(changed, labels.Length));
        _file.End();
        return default;
    }

    /// <summary>Whether a record is due, which is then what later ones are compared with.</summary>
    private bool IsDue(Frame frame, int pixels)
    {
        if (options.ChangePercent is null && options.EverySeconds is null) return true;
        var time = frame.Header.Pts * frame.Format.TimeBase.Value;
        if (_written is not null && !HasChanged(_written, pixels) && !(options.EverySeconds is { } most && Math.Abs(time - _writtenAt) >= most)) return false;
        _written ??= new long[_counts.Length];
        _counts.CopyTo(_written, 0);
        _writtenAt = time;
        return true;
    }

    private bool HasChanged(long[] before, int pixels)
    {
        if (options.ChangePercent is not { } percent) return false;
        var most = percent / 100 * pixels;
        for (var id = 0; id < _names.Length; id++)
            if (Math.Abs(_counts[id] - before[id]) > most) return true;
        return false;
    }

    // Seven decimals tell single pixels of 2048×1024 apart; further ones only make lines long.
    private static double Share(long count, int pixels) => Math.Round((double)count / pixels, 7);

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        _file?.Complete();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return default;
    }
}

/// <summary>Options of <see cref="ClassStatsSink"/>.</summary>
public sealed record ClassStatsOptions : SinkOptions
{
    /// <summary>File of one JSON object a line. <c>shares</c> gives each class' share of the pixels (0–1, to seven decimals), <c>changed</c> the share whose class differs from the frame before (0 for the first frame and after a change of size).</summary>
    [OutputPath]
    public required string Path { get; init; }

    /// <summary>Percentage points of the picture, 0–100: a record is written where the share of any class differs by more from that of the last record.</summary>
    [Range(0.0, 100.0)]
    public double? ChangePercent { get; init; }

    /// <summary>Seconds of the stream, 0.001–86,400, after which a record is written also where nothing has changed.</summary>
    [Range(0.001, 86_400.0)]
    public double? EverySeconds { get; init; }
}
