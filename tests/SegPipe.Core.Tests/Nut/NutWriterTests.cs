using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SegPipe.Frames;
using SegPipe.Nut;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Nut;

public sealed class NutWriterTests
{
    [Fact]
    public void What_was_written_is_read_back()
    {
        var frames = ArbMap.Default.ArbFor<(long Pts, bool Key, byte[] Payload)[]>();
        Prop.ForAll(frames, written =>
        {
            var stream = Format() with { DecodeDelay = written.Length % 3, Extradata = new byte[written.Length * 613] };
            var entries = written.Select(f => (Pts: f.Pts & ((1L << 61) - 1), f.Key, Payload: f.Payload ?? [])).ToArray();

            var (streams, read) = NutClips.ReadAll(Write(stream, entries));

            return streams.Single().DecodeDelay == stream.DecodeDelay
                && streams[0].Extradata.Span.SequenceEqual(stream.Extradata.Span)
                && streams[0].TimeBase == stream.TimeBase
                && read.SequenceEqual(entries.Select(f => new NutClips.Entry(f.Pts, f.Key, f.Payload.Length, NutClips.Hash(f.Payload))));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_time_stamp_survives()
    {
        long[] times = [0, 1, 16383, 16384, 600000, 600000, 5, (1L << 61) - 1, 0];

        var read = NutClips.ReadAll(Write(Format(), [.. times.Select(t => (t, true, new byte[3]))])).Frames;

        Assert.Equal(times, read.Select(f => f.Pts));
    }

    [Fact]
    public void FFmpeg_reads_times_keys_and_bytes_of_rewritten_packets()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["original.nut"], NutClips.Coded);
        File.WriteAllBytes(folder["rewritten.nut"], Rewrite(NutClips.Coded));
        const string Query = "-show_entries packet=pts,dts,flags,size,data_hash -show_data_hash md5 -of csv=p=0";

        Assert.Equal(Tool.Ffprobe(Query, folder["original.nut"]), Tool.Ffprobe(Query, folder["rewritten.nut"]));
    }

    [Fact]
    public void FFmpeg_decodes_rewritten_packets_with_b_frames_to_the_same_pictures_at_the_same_times()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["original.nut"], NutClips.Coded);
        File.WriteAllBytes(folder["rewritten.nut"], Rewrite(NutClips.Coded));
        string[] arguments = ["-map", "0:v:0", "-vsync", "passthrough", "-enc_time_base", "-1", "-f", "framemd5", "pipe:1"];

        Assert.Equal(
            Tool.Ffmpeg("-copyts -i", [folder["original.nut"], .. arguments]),
            Tool.Ffmpeg("-copyts -i", [folder["rewritten.nut"], .. arguments]));
    }

    [Fact]
    public void FFmpeg_reads_raw_pictures_of_odd_size_at_irregular_times()
    {
        using var folder = new TemporaryFolder();
        var pictures = NutClips.ReadAll(NutClips.Raw).Frames.Count;
        long[] times = [.. Enumerable.Range(0, pictures).Select(i => 90000L * 10 + i * i * 1001)];
        var reader = new NutReader(new MemoryStream(NutClips.Raw));
        reader.ReadHeaders();
        var output = new MemoryStream();
        var writer = new NutWriter(output);
        writer.WriteHeaders(Format() with { Width = 33, Height = 17, FourCc = "I420"u8.ToArray(), TimeBase = new(1, 90000) });
        for (var i = 0; reader.TryReadFrame(out var frame); i++)
        {
            var payload = new byte[frame.Size];
            reader.ReadPayload(payload);
            writer.WriteFrame(times[i], isKey: true, payload);
        }
        File.WriteAllBytes(folder["raw.nut"], output.ToArray());

        var read = Tool.Ffprobe("-show_entries packet=pts -of csv=p=0", folder["raw.nut"]);

        Assert.Equal(times, read.Select(t => long.Parse(t.TrimEnd(','), CultureInfo.InvariantCulture)));
        Assert.Equal(["rawvideo,33,17,yuv420p"], Tool.Ffprobe("-show_entries stream=codec_name,width,height,pix_fmt -of csv=p=0", folder["raw.nut"]));
    }

    [Fact]
    public void Writing_frames_allocates_nothing()
    {
        var output = new MemoryStream(1 << 16);
        var writer = new NutWriter(output);
        writer.WriteHeaders(Format());
        var payload = new byte[100];
        writer.WriteFrame(0, isKey: true, payload);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 100; i++)
            writer.WriteFrame(i, isKey: false, payload);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static NutStream Format() => new()
    {
        FourCc = "H264"u8.ToArray(),
        TimeBase = new Rational(1, 60000),
        Width = 64,
        Height = 48,
        MaxPtsDistance = 60000,
    };

    private static byte[] Write(NutStream stream, (long Pts, bool Key, byte[] Payload)[] frames)
    {
        var output = new MemoryStream();
        var writer = new NutWriter(output);
        writer.WriteHeaders(stream);
        foreach (var (pts, key, payload) in frames)
            writer.WriteFrame(pts, key, payload);
        return output.ToArray();
    }

    private static byte[] Rewrite(byte[] bytes)
    {
        var reader = new NutReader(new MemoryStream(bytes));
        var stream = reader.ReadHeaders()[0];
        var output = new MemoryStream();
        var writer = new NutWriter(output);
        writer.WriteHeaders(stream);
        while (reader.TryReadFrame(out var frame))
        {
            var payload = new byte[frame.Size];
            reader.ReadPayload(payload);
            writer.WriteFrame(frame.Pts, frame.IsKey, payload);
        }
        return output.ToArray();
    }
}
