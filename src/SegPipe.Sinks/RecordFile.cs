using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Outputs;

namespace SegPipe.Sinks;

/// <summary>A file of records: one JSON object a line, each with the fields that say which frame it is about.</summary>
internal sealed class RecordFile : IDisposable
{
    public const string Extension = ".jsonl";

    private const int Version = 1;

    private readonly ComponentContext _context;
    private readonly PartialFile _file;
    private readonly ArrayBufferWriter<byte> _line = new(4096);
    private readonly Utf8JsonWriter _json;
    private Format? _format;
    private string _timeBase = "";

    /// <summary>Creates the file.</summary>
    /// <param name="path">Its final name.</param>
    /// <param name="context">Whose records they are; those of a live stream can be read while they are written.</param>
    public RecordFile(string path, ComponentContext context)
    {
        _context = context;
        _file = new PartialFile(OutputPath.OrPiece(context, path, Extension), context.Live, durable: context.Part is not null);
        _json = new Utf8JsonWriter(_line, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Begins the record of a frame; the caller adds fields and then calls <see cref="End"/>.</summary>
    public Utf8JsonWriter Begin(Frame frame)
    {
        if (!ReferenceEquals(frame.Format, _format))
        {
            _format = frame.Format;
            _timeBase = _format.TimeBase.ToString();
        }

        var header = frame.Header;
        _json.WriteStartObject();
        _json.WriteNumber("v"u8, Version);
        _json.WriteString("stream"u8, _context.Stream);
        _json.WriteNumber("seq"u8, header.Sequence);
        _json.WriteNumber("pts"u8, header.Pts);
        _json.WriteString("time_base"u8, _timeBase);
        _json.WriteNumber("t_seconds"u8, header.Pts * _format.TimeBase.Value);
        // Parts are to be the same bytes whenever they are run.
        if (_context.Part is null) _json.WriteString("wall_time"u8, new DateTime(header.WallTicks, DateTimeKind.Utc));
        _json.WriteNumber("mask_age_ms"u8, header.MaskAgeMs);
        return _json;
    }

    /// <summary>Ends the record and hands it to the system, so that a reader can follow the file.</summary>
    public void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _file.Write(_line.WrittenSpan);
        _file.Flush();
        _context.Status.CountWritten(_line.WrittenCount);
        _line.ResetWrittenCount();
        _json.Reset();
    }

    /// <summary>Gives the file its final name.</summary>
    public void Complete() => _file.Complete();

    public void Dispose()
    {
        _json.Dispose();
        _file.Dispose();
    }
}
