using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Outputs;
using SegPipe.Parts;
using SegPipe.Processes;

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
public sealed class ClassStatsSink(ClassStatsOptions options, ComponentContext context) : ISink, IJoins, IRemembers
{
    private const string Extra = ",\"pixels\":";

    private readonly long[] _counts = new long[256];
    private RecordFile? _file;
    private JsonEncodedText[] _names = [];
    private byte[] _previous = [];
    private bool _hasPrevious;
    private readonly ShareChanges _changes = new(options);

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        var labels = (LabelsFormat)format;
        _file ??= new RecordFile(options.Path, context);
        _names = [.. labels.Classes.Entries.Select(entry => JsonEncodedText.Encode(entry.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        _previous = new byte[labels.FrameBytes!.Value];
        _hasPrevious = false;
        _changes.Reset();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        var labels = frame.Bytes;
        LabelCensus.Count(labels, _counts);
        var changed = _hasPrevious ? LabelCensus.CountDifferences(labels, _previous) : 0;
        Remember(frame);
        context.Status.Note(ComponentReading.MaskFlicker, (double)changed / labels.Length);
        var counts = _counts.AsSpan(0, _names.Length);
        if (context.Part is null && !_changes.IsDue(counts, labels.Length, frame.Header.Pts * frame.Format.TimeBase.Value)) return default;

        var json = _file!.Begin(frame);
        json.WriteStartObject("shares"u8);
        for (var id = 0; id < _names.Length; id++) json.WriteNumber(_names[id], Share(counts[id], labels.Length));
        json.WriteEndObject();
        json.WriteNumber("changed"u8, Share(changed, labels.Length));
        if (context.Part is not null && _changes.Chooses) WriteExtra(json, counts, labels.Length);
        _file.End();
        return default;
    }

    /// <inheritdoc/>
    public void Remember(Frame frame)
    {
        frame.Bytes.CopyTo(_previous);
        _hasPrevious = true;
    }

    /// <inheritdoc/>
    public Task JoinAsync(MediaOrigin origin, IReadOnlyList<PartPiece> pieces, CancellationToken abort) => DedicatedThread.Run(() =>
        JoinedRecords.Write(OutputPath.Resolve(context, options.Path), context.Id, pieces, record => _changes.Chooses ? Choose(record) : record, abort));

    // Which records are due is known at the join only; shares are rounded, so that it needs the counts.
    private static void WriteExtra(Utf8JsonWriter json, ReadOnlySpan<long> counts, int pixels)
    {
        json.WriteNumber("pixels"u8, pixels);
        json.WriteStartArray("counts"u8);
        foreach (var count in counts) json.WriteNumberValue(count);
        json.WriteEndArray();
    }

    private string? Choose(string record)
    {
        using var json = JsonDocument.Parse(record);
        long[] counts = [.. json.RootElement.GetProperty("counts"u8).EnumerateArray().Select(c => c.GetInt64())];
        var due = _changes.IsDue(counts, json.RootElement.GetProperty("pixels"u8).GetInt64(), json.RootElement.GetProperty("t_seconds"u8).GetDouble());
        return due ? record[..record.LastIndexOf(Extra, StringComparison.Ordinal)] + "}" : null;
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
    /// <inheritdoc/>
    public override int Lead => 1;

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
