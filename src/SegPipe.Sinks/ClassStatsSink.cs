using System.Text.Json;
using SegPipe.Components;
using SegPipe.Frames;

namespace SegPipe.Sinks;

/// <summary>Writes a record for each class map: the share of every class and how much changed since the frame before.</summary>
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

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        var labels = (LabelsFormat)format;
        _file ??= new RecordFile(options.Path, context);
        _names = [.. labels.Classes.Entries.Select(entry => JsonEncodedText.Encode(entry.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        _previous = new byte[labels.FrameBytes!.Value];
        _hasPrevious = false;
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
        context.Status.Note(ComponentReading.MaskFlicker, changed / labels.Length);

        var json = _file!.Begin(frame);
        json.WriteStartObject("shares"u8);
        for (var id = 0; id < _names.Length; id++) json.WriteNumber(_names[id], Share(_counts[id], labels.Length));
        json.WriteEndObject();
        json.WriteNumber("changed"u8, Share(changed, labels.Length));
        _file.End();
        return default;
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
}
