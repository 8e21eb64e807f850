using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Outputs;
using SegPipe.Parts;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>Writes a record for each class map with a mask a class as compressed COCO run lengths, as pycocotools reads them.</summary>
/// <example><code lang="yaml">
/// type: mask_rle
/// from: labels
/// path: out/masks.jsonl
/// </code></example>
[Sink("mask_rle")]
[Input(PayloadKind.Labels)]
public sealed class MaskRleSink(MaskRleOptions options, ComponentContext context) : ISink, IJoins
{
    private RecordFile? _file;
    private LabelsFormat? _format;
    private ColumnRuns? _runs;

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        _format = (LabelsFormat)format;
        _file ??= new RecordFile(options.Path, context);
        _runs = new(_format.Size.Width, _format.Size.Height);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        _runs!.Read(frame.Bytes);
        var json = _file!.Begin(frame);
        json.WriteStartObject("masks"u8);
        foreach (var entry in _format!.Classes.Entries)
        {
            if (!_runs.Has(entry.Id)) continue;
            json.WriteStartObject(entry.Name);
            json.WriteStartArray("size"u8);
            json.WriteNumberValue(_format.Size.Height);
            json.WriteNumberValue(_format.Size.Width);
            json.WriteEndArray();
            json.WriteString("counts"u8, _runs.Text(entry.Id));
            json.WriteEndObject();
        }
        json.WriteEndObject();
        _file.End();
        return default;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        _file?.Complete();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task JoinAsync(MediaOrigin origin, IReadOnlyList<PartPiece> pieces, CancellationToken abort) => DedicatedThread.Run(() =>
        JoinedRecords.Write(OutputPath.Resolve(context, options.Path), context.Id, pieces, record => record, abort));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return default;
    }
}

/// <summary>Options of <see cref="MaskRleSink"/>.</summary>
public sealed record MaskRleOptions : SinkOptions
{
    /// <summary>File of one JSON object a line; <c>masks</c> holds <c>{size: [height, width], counts}</c> by class name, for the classes that the map has.</summary>
    [OutputPath]
    public required string Path { get; init; }
}
