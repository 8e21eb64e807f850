using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SegPipe.Nut;
using SegPipe.Testing;

namespace SegPipe.Core.Tests.Nut;

public sealed partial class NutReaderTests
{
    [Fact]
    public void Coded_headers_say_codec_size_delay_and_time_base()
    {
        var (streams, frames) = NutClips.ReadAll(NutClips.Coded);

        var stream = Assert.Single(streams);
        Assert.Equal("avc1", stream.FourCcText);
        Assert.Equal((64, 48), (stream.Width, stream.Height));
        Assert.Equal(2, stream.DecodeDelay);
        Assert.Equal(0, stream.TimeBase.Den % 30000);
        Assert.NotEqual(0, stream.Extradata.Length);
        Assert.Equal(30, frames.Count);
        Assert.True(frames[0].IsKey);
        Assert.Contains(frames, f => !f.IsKey);
        Assert.NotEqual(frames.Select(f => f.Pts).Order(), frames.Select(f => f.Pts));
    }

    [Fact]
    public void Raw_frames_have_the_size_of_an_odd_picture()
    {
        var (streams, frames) = NutClips.ReadAll(NutClips.Raw);

        Assert.Equal("I420", streams[0].FourCcText);
        Assert.Equal(10, frames.Count);
        Assert.All(frames, f => Assert.Equal(33 * 17 + 2 * 17 * 9, f.Size));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_reads_what_the_plain_reader_reads(bool coded)
    {
        var tool = SharedFolder.Find("tools/nutdump.py");
        Skip.If(tool is null, "../shared/tools/nutdump.py is absent");
        using var folder = new TemporaryFolder();
        var bytes = coded ? NutClips.Coded : NutClips.Raw;
        File.WriteAllBytes(folder["clip.nut"], bytes);

        var dumped = FrameLine().Matches(Encoding.ASCII.GetString(Tool.Run("python3", tool, folder["clip.nut"])))
            .Select(m => (long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture), m.Groups[3].Value == "True"));

        Assert.Equal(dumped, NutClips.ReadAll(bytes).Frames.Select(f => (f.Pts, f.Size, f.IsKey)));
    }

    [Fact]
    public void Bytes_that_arrive_one_by_one_read_the_same()
    {
        var reader = new NutReader(new DripStream(NutClips.Coded));
        reader.ReadHeaders();
        var times = new List<long>();
        while (reader.TryReadFrame(out var frame))
        {
            reader.ReadPayload(new byte[frame.Size]);
            times.Add(frame.Pts);
        }

        Assert.Equal(NutClips.ReadAll(NutClips.Coded).Frames.Select(f => f.Pts), times);
    }

    [Fact]
    public void A_payload_that_is_not_read_is_read_over()
    {
        var reader = new NutReader(new MemoryStream(NutClips.Raw));
        reader.ReadHeaders();
        var count = 0;
        while (reader.TryReadFrame(out _))
            count++;

        Assert.Equal(10, count);
        Assert.Equal(NutClips.Raw.Length, reader.Offset);
    }

    [Fact]
    public void Reading_frames_allocates_nothing()
    {
        var payload = new byte[33 * 17 + 2 * 17 * 9];
        var warm = new NutReader(new MemoryStream(NutClips.Raw));
        warm.ReadHeaders();
        ReadFrames(warm, payload);

        var reader = new NutReader(new MemoryStream(NutClips.Raw));
        reader.ReadHeaders();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var count = ReadFrames(reader, payload);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(10, count);

        static int ReadFrames(NutReader reader, byte[] destination)
        {
            var frames = 0;
            for (; reader.TryReadFrame(out _); frames++)
                reader.ReadPayload(destination);
            return frames;
        }
    }

    [Theory]
    [InlineData("", "there are no bytes", 0)]
    [InlineData("RIFF....WAVE", "the identifier of a NUT stream is missing", 0)]
    [InlineData("nut/multimedia", "the stream ends in its identifier", 14)]
    [InlineData("nut/multimedia container\0", "the stream ends before its headers do", 25)]
    public void What_is_not_nut_is_refused_with_its_offset(string text, string cause, long offset)
    {
        var error = Assert.Throws<NutException>(() => NutClips.ReadAll(Encoding.ASCII.GetBytes(text)));

        Assert.Equal(cause, error.Cause);
        Assert.Equal(offset, error.Offset);
        Assert.Equal(ExitCode.InputUnusable, error.Code);
    }

    [Fact]
    public void A_frame_above_the_limit_is_refused()
    {
        var limits = new NutLimits { MaxFrameBytes = 500 };

        var error = Assert.Throws<NutException>(() => NutClips.ReadAll(NutClips.Raw, limits));

        Assert.Contains("size", error.Cause);
    }

    [Fact]
    public void Every_truncation_is_an_error_or_a_clean_shorter_stream()
    {
        var whole = NutClips.ReadAll(NutClips.Coded).Frames;
        for (var length = 0; length < NutClips.Coded.Length; length += 7)
        {
            try
            {
                var frames = NutClips.ReadAll(NutClips.Coded[..length]).Frames;
                Assert.Equal(whole.Take(frames.Count), frames);
            }
            catch (NutException error)
            {
                Assert.InRange(error.Offset, 0, length);
            }
        }
    }

    [Fact]
    public void Mutated_bytes_end_in_typed_errors_only()
    {
        const int seed = 20240611;
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < 4000; round++)
        {
            var bytes = (byte[])(round % 2 == 0 ? NutClips.Coded : NutClips.Raw).Clone();
            // Most structure is in the first bytes; the rest is payload, which nothing checks.
            for (var i = random.Next(1, 5); i > 0; i--)
                bytes[random.Next(random.Next(4) == 0 ? bytes.Length : 700)] = (byte)random.Next(256);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                NutClips.ReadAll(bytes, new() { MaxFrameBytes = 1 << 20 });
            }
            catch (NutException error)
            {
                Assert.InRange(error.Offset, 0, bytes.Length);
                refused++;
            }
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20, $"seed {seed}, round {round}");
        }
        Assert.InRange(refused, 2000, 4000);
    }

    [GeneratedRegex(@"frame stream 0 pts (\d+) size (\d+) key (True|False)")]
    private static partial Regex FrameLine();

    /// <summary>Gives one byte at a time, as a slow pipe may.</summary>
    private sealed class DripStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer.Length > 1 ? buffer[..1] : buffer);
    }
}
