using System.Text.Json;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Sinks.Tests;

public sealed class MaskRleSinkTests : IAsyncLifetime
{
    private readonly ComponentBench _bench = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(64, 33)]
    [InlineData(257, 100)]
    public async Task Masks_read_back_as_the_class_map(int width, int height)
    {
        var format = SinkBench.Labels(width, height);
        var map = SinkBench.Noise(3, width * height, 3);
        for (var i = 0; i < map.Length; i += 7) map[i] = map[0];

        var masks = await WriteAsync(format, map);

        var read = new byte[map.Length];
        Array.Fill(read, (byte)255);
        foreach (var entry in SinkBench.Classes.Entries)
        {
            if (!masks.TryGetProperty(entry.Name, out var mask)) continue;
            Assert.Equal([height, width], mask.GetProperty("size").EnumerateArray().Select(v => v.GetInt32()));
            Paint(mask.GetProperty("counts").GetString()!, (byte)entry.Id, width, height, read);
        }
        Assert.Equal(map, read);
    }

    [Fact]
    public async Task The_text_is_what_the_published_format_says()
    {
        // Column by column 0 1 1 0 | 0 0 0 1: class 1 has runs 1, 2, 4, 1; the fourth is written as a difference from the second.
        byte[] map = [0, 0, 1, 0, 1, 0, 0, 1];

        var masks = await WriteAsync(SinkBench.Labels(2, 4), map);

        Assert.Equal("124O", masks.GetProperty("Straße").GetProperty("counts").GetString());
    }

    [Fact]
    public async Task Classes_that_are_absent_and_unknown_pixels_have_no_mask()
    {
        var masks = await WriteAsync(SinkBench.Labels(2, 2), [255, 255, 2, 255]);

        Assert.Equal(["car"], masks.EnumerateObject().Select(p => p.Name));
    }

    private async Task<JsonElement> WriteAsync(LabelsFormat format, byte[] map)
    {
        await SinkBench.WriteAsync(_bench, new MaskRleSink(new() { From = SinkBench.From, Path = "out/m.jsonl" }, _bench.Context()), (format, default, map));
        var line = Assert.Single(File.ReadAllLines(Path.Combine(_bench.Folder, "out/m.jsonl")));
        return JsonDocument.Parse(line).RootElement.GetProperty("masks");
    }

    /// <summary>Reads a text back, written from the format's description: five bits a character, sign in the last chunk, differences from the third count on.</summary>
    private static void Paint(string text, byte label, int width, int height, byte[] map)
    {
        List<long> counts = [];
        for (var i = 0; i < text.Length;)
        {
            long value = 0;
            for (var shift = 0; ; shift += 5)
            {
                var chunk = text[i++] - 48;
                value |= (long)(chunk & 0x1f) << shift;
                if ((chunk & 0x20) != 0) continue;
                if ((chunk & 0x10) != 0) value |= -1L << (shift + 5);
                break;
            }
            counts.Add(counts.Count > 2 ? value + counts[^2] : value);
        }
        Assert.Equal(width * height, counts.Sum());
        long at = 0;
        for (var i = 0; i < counts.Count; at += counts[i++])
            for (var p = at; i % 2 == 1 && p < at + counts[i]; p++)
                map[p % height * width + p / height] = label;
    }
}
