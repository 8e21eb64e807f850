using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Outputs;
using SegPipe.Parts;
using SegPipe.Processes;

namespace SegPipe.Sinks;

/// <summary>Writes an MD5 sum for each picture or class map, line for line as FFmpeg's framemd5 does for raw video (class maps as <c>gray</c>, RGB planes in the order of <c>gbrp</c>).</summary>
/// <example><code lang="yaml">
/// type: checksum
/// from: overlay
/// path: out/overlay.md5
/// </code></example>
[Sink("checksum")]
[Input(PayloadKind.Picture, PayloadKind.Labels)]
public sealed class ChecksumSink(ChecksumOptions options, ComponentContext context) : ISink, IJoins
{
    private const string Extension = ".md5";

    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private PartialFile? _file;

    /// <inheritdoc/>
    public Task OpenAsync(Format format, CancellationToken abort)
    {
        var (size, aspect) = format switch
        {
            PictureFormat picture => (picture.Size, picture.SampleAspect.Reduced),
            _ => (((LabelsFormat)format).Size, new Rational(1, 1)),
        };
        if (_file is null)
        {
            _file = new PartialFile(OutputPath.OrPiece(context, options.Path, Extension), context.Live, durable: context.Part is not null);
            Write("#format: frame checksums\n#version: 2\n#hash: MD5\n#software: segpipe\n");
        }

        // A change of size in mid-stream begins with a header of its own, which FFmpeg has no way to say.
        Write($"#tb 0: {format.TimeBase}\n#media_type 0: video\n#codec_id 0: rawvideo\n#dimensions 0: {size}\n#sar 0: {aspect}\n"
            + "#stream#, dts,        pts, duration,     size, hash\n");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(Frame frame, CancellationToken abort)
    {
        var header = frame.Header;
        Span<byte> sum = stackalloc byte[MD5.HashSizeInBytes];
        Hash(frame, sum);
        Span<char> line = stackalloc char[160];
        line.TryWrite(CultureInfo.InvariantCulture, $"0, {header.Pts,10}, {header.Pts,10}, {header.Duration,8}, {frame.Length,8}, ", out var length);
        Convert.TryToHexStringLower(sum, line[length..], out var digits);
        length += digits;
        line[length++] = '\n';
        Span<byte> ascii = stackalloc byte[length];
        Encoding.ASCII.GetBytes(line[..length], ascii);
        _file!.Write(ascii);
        context.Status.CountWritten(length);
        return default;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken abort)
    {
        _file?.Complete();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task JoinAsync(MediaOrigin origin, IReadOnlyList<PartPiece> pieces, CancellationToken abort) => DedicatedThread.Run(() => Join(pieces, abort));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _md5.Dispose();
        _file?.Dispose();
        return default;
    }

    private void Join(IReadOnlyList<PartPiece> pieces, CancellationToken abort)
    {
        using var file = PieceFiles.Create(OutputPath.Resolve(context, options.Path));
        List<string> header = [];
        foreach (var path in pieces.Select(p => p.Of(context.Id, Extension)))
        {
            abort.ThrowIfCancellationRequested();
            List<string> own = [.. PieceFiles.ReadLines(path).TakeWhile(IsHeader)];
            if (header.Count == 0) header = own;
            if (!own.SequenceEqual(header)) throw PieceFiles.Unfit(path, "is of pictures of another kind than the first part");
            foreach (var line in PieceFiles.ReadLines(path).Where(l => ReferenceEquals(own, header) || !IsHeader(l))) file.Write(Encoding.ASCII.GetBytes(line + "\n"));
        }
        file.Complete();
    }

    private static bool IsHeader(string line) => line.StartsWith('#');

    private void Hash(Frame frame, Span<byte> sum)
    {
        var bytes = frame.Bytes;
        if (frame.Format is PictureFormat { Layout: PictureLayout.Rgb })
        {
            var plane = bytes.Length / 3;
            _md5.AppendData(bytes[plane..]);
            _md5.AppendData(bytes[..plane]);
        }
        else
        {
            _md5.AppendData(bytes);
        }

        _md5.GetHashAndReset(sum);
    }

    private void Write(string text) => _file!.Write(Encoding.ASCII.GetBytes(text));
}

/// <summary>Options of <see cref="ChecksumSink"/>.</summary>
public sealed record ChecksumOptions : SinkOptions
{
    /// <summary>File of the sums.</summary>
    [OutputPath]
    public required string Path { get; init; }
}
