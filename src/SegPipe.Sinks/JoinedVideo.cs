using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Parts;

namespace SegPipe.Sinks;

/// <summary>Gives the packets of all parts to one container, with the sound and tags of the original.</summary>
internal sealed class JoinedVideo(string sink, MediaOrigin origin, IReadOnlyList<PartPiece> pieces)
{
    private byte[] _packet = [];

    /// <summary>Writes the container.</summary>
    /// <param name="context">The sink's context.</param>
    /// <param name="begin">Begins the container for packets of a format.</param>
    /// <param name="abort">Ends it.</param>
    /// <returns>Whether there were packets.</returns>
    /// <exception cref="SegPipeException">65 if a piece cannot be read or was encoded otherwise than the first; whatever the container fails with.</exception>
    public bool Write(ComponentContext context, Func<PacketsFormat, MuxedFile> begin, CancellationToken abort)
    {
        var video = MediaProbe.Read(origin.Path!, FfmpegTools.For(context)).Video;
        NutStream? first = null;
        MuxedFile? file = null;
        try
        {
            foreach (var path in pieces.Select(p => p.Of(sink, PacketPiece.Extension)).Where(File.Exists))
            {
                abort.ThrowIfCancellationRequested();
                using var content = File.OpenRead(path);
                var reader = new NutReader(content);
                var stream = Guarded(path, () => reader.ReadHeaders()[0]);
                first ??= stream;
                if (!IsSame(first, stream)) throw PieceFiles.Unfit(path, "was encoded with other headers than the first part");
                file ??= begin(Format(stream, video));
                Copy(path, reader, stream, file);
            }
            file?.Complete();
            return file is not null;
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static bool IsSame(NutStream a, NutStream b) =>
        a.FourCc.Span.SequenceEqual(b.FourCc.Span) && a.TimeBase == b.TimeBase && a.DecodeDelay == b.DecodeDelay
        && (a.Width, a.Height) == (b.Width, b.Height) && a.Extradata.Span.SequenceEqual(b.Extradata.Span);

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (NutException broken)
        {
            throw PieceFiles.Unfit(path, $"cannot be read: {broken.Cause} at byte {broken.Offset}", broken);
        }
    }

    private void Copy(string path, NutReader reader, NutStream stream, MuxedFile file)
    {
        var offset = Carrier.Offset(stream.TimeBase);
        while (Guarded(path, () => reader.TryReadFrame(out var next) ? next : (NutFrame?)null) is { } frame)
        {
            if (_packet.Length < frame.Size) _packet = new byte[Math.Max(frame.Size, 2 * _packet.Length)];
            Guarded(path, () =>
            {
                reader.ReadPayload(_packet.AsSpan(0, frame.Size));
                return true;
            });
            file.Write(frame.Pts - offset, frame.IsKey, _packet.AsSpan(0, frame.Size));
        }
    }

    private PacketsFormat Format(NutStream stream, VideoTrack video) => new()
    {
        TimeBase = stream.TimeBase,
        OriginalTimeBase = video.TimeBase,
        FrameRate = video.FrameRate,
        Origin = origin,
        Codec = stream.FourCcText.StartsWith("H264", StringComparison.OrdinalIgnoreCase) ? "h264" : "hevc",
        FourCc = stream.FourCc,
        Extradata = stream.Extradata,
        DecodeDelay = stream.DecodeDelay,
        Size = new(stream.Width, stream.Height),
        Color = video.Color,
        SampleAspect = new(stream.SampleAspectNumerator, stream.SampleAspectDenominator),
    };
}
