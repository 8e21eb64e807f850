using System.Runtime.InteropServices;
using SegPipe.Components;
using SegPipe.Configuration;
using SegPipe.Frames;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests;

/// <summary>The network of these tests is a mean over 4 × 4 pixels: its logits move as the picture does, so what is carried over can be held against what would be inferred.</summary>
public sealed class PropagateStageTests : IAsyncLifetime
{
    private const int Width = MeanModel.Width, Height = MeanModel.Height;

    private static readonly TensorFormat Tensor = new() { TimeBase = new(1, 25), Size = new(Width, Height), Model = "m", Placement = new(0, 0, Width, Height) };

    private readonly ComponentBench _bench = new();
    private readonly ComponentContext _context;

    public PropagateStageTests()
    {
        _bench.Models["m"] = new ModelOptions { Path = MeanModel.Write(Path.Combine(_bench.Folder, "m.onnx")) };
        _context = _bench.Context();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bench.DisposeAsync().AsTask();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 5)]
    [InlineData(2, 1)]
    [InlineData(2, 6)]
    [InlineData(2, 7)]
    [InlineData(3, 8)]
    [InlineData(4, 3)]
    [InlineData(4, 11)]
    public async Task Every_picture_comes_out_in_order_with_its_number_and_time(int every, int pictures)
    {
        foreach (var direction in Enum.GetValues<PropagateDirection>())
        {
            var frames = await RunAsync(new() { From = [], Model = "m", Every = every, Direction = direction }, Enumerable.Range(0, pictures).Select(i => Scene(i)));

            Assert.Equal(Enumerable.Range(0, pictures).Select(i => ((long)i, (long)(7 + i))), frames.Select(f => (f.Header.Sequence, f.Header.Pts)));
            Assert.Single(frames.Select(f => f.Format).Distinct());
            Assert.Equal(0, frames[0].Header.MaskAgeMs);
        }
    }

    [Fact]
    public async Task One_picture_in_k_is_inferred_and_the_age_of_the_others_is_told()
    {
        var frames = await RunAsync(new() { From = [], Model = "m", Every = 3 }, Enumerable.Range(0, 10).Select(i => Scene(i)));

        Assert.Equal(0.4, _context.Status.Reading(ComponentReading.PropagateInferred)!.Value, 1e-9);
        Assert.Equal([0, 40, 80, 0, 40, 80, 0, 40, 80, 0], frames.Select(f => f.Header.MaskAgeMs));
    }

    [Fact]
    public async Task What_is_carried_over_is_nearer_to_what_would_be_inferred_than_what_is_held()
    {
        var scenes = Enumerable.Range(0, 9).Select(i => Scene(i, speed: 6)).ToList();
        var inferred = await RunAsync(new() { From = [], Model = "m", Every = 1 }, scenes);
        var between = await RunAsync(new() { From = [], Model = "m", Every = 2 }, scenes);
        var forward = await RunAsync(new() { From = [], Model = "m", Every = 2, Direction = PropagateDirection.Forward }, scenes);

        for (var i = 1; i < 8; i += 2)
        {
            var held = Distance(inferred[i - 1], inferred[i]);
            Assert.InRange(Distance(between[i], inferred[i]), 0, held / 3);
            Assert.InRange(Distance(forward[i], inferred[i]), 0, held / 2);
            Assert.Equal(inferred[i + 1].Bytes, between[i + 1].Bytes);
        }
    }

    [Fact]
    public async Task A_change_of_scene_is_inferred_out_of_turn()
    {
        var scenes = Enumerable.Range(0, 8).Select(i => i == 5 ? Scene(100, seed: 9) : Scene(i)).ToList();
        var inferred = await RunAsync(new() { From = [], Model = "m", Every = 1 }, scenes);

        var frames = await RunAsync(new() { From = [], Model = "m", Every = 4 }, scenes);

        Assert.Equal(inferred[5].Bytes, frames[5].Bytes);
        Assert.Equal(0, frames[5].Header.MaskAgeMs);
    }

    [Theory]
    [InlineData(2, PropagateDirection.Between)]
    [InlineData(3, PropagateDirection.Between)]
    [InlineData(4, PropagateDirection.Between)]
    [InlineData(2, PropagateDirection.Forward)]
    [InlineData(4, PropagateDirection.Forward)]
    public async Task The_loss_is_what_differs_from_inference_and_measuring_it_changes_nothing(int every, PropagateDirection direction)
    {
        var scenes = Enumerable.Range(0, 12).Select(i => Scene(i, speed: 5)).ToList();
        var inferred = await RunAsync(new() { From = [], Model = "m", Every = 1 }, scenes);
        PropagateOptions options = new() { From = [], Model = "m", Every = every, Direction = direction };
        var plain = await RunAsync(options with { CheckEvery = 0 }, scenes);
        Assert.Null(_context.Status.Reading(ComponentReading.PropagateLoss));

        var frames = await RunAsync(options with { CheckEvery = 4 }, scenes);

        for (var i = 0; i < frames.Count; i++) Assert.True(plain[i].Bytes.SequenceEqual(frames[i].Bytes));
        var carried = Enumerable.Range(0, frames.Count).Where(i => frames[i].Header.MaskAgeMs != 0 && i < frames.Count - 1).ToList();
        var loss = Enumerable.Range(0, carried.Count).Where(i => i % 4 == 2).Average(i => Differing(inferred[carried[i]], frames[carried[i]]));
        Assert.Equal(loss, _context.Status.Reading(ComponentReading.PropagateLoss)!.Value, 1e-9);
        Assert.InRange(loss, 1e-3, 0.5);
    }

    [Theory]
    [InlineData(2, PropagateDirection.Between)]
    [InlineData(3, PropagateDirection.Between)]
    [InlineData(4, PropagateDirection.Between)]
    [InlineData(4, PropagateDirection.Forward)]
    public async Task Lead_and_tail_are_all_that_a_picture_depends_on(int every, PropagateDirection direction)
    {
        PropagateOptions options = new() { From = [], Model = "m", Every = every, Direction = direction };
        const int count = 24;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        // Scenes change at random, so that pictures are inferred out of turn.
        int[] seeds = [.. Enumerable.Range(0, count).Select(_ => random.Next(6)).Select(n => n < 5 ? 1 : 9)];
        var scenes = seeds.Select((s, i) => Scene(i, seed: s)).ToList();
        var whole = await RunAsync(options, scenes);

        for (var first = 0; first < count; first++)
        {
            var end = random.Next(first + 1, count + 1);
            var (from, to) = (Math.Max(0, first - options.Lead), Math.Min(count, end + options.Tail));
            await using var stage = new PropagateStage(options, _context);
            stage.Negotiate(Tensor);
            var part = await _bench.RunAsync(stage, Enumerable.Range(from, to - from).Select(i => Picture(Tensor, i, scenes[i])).ToList());
            for (var i = first; i < end; i++)
                Assert.True(whole[i].Bytes.SequenceEqual(part[i - from].Bytes), $"seed {seed}: picture {i} of {first} to {end} differs.");
        }
    }

    [Fact]
    public async Task A_new_format_begins_anew()
    {
        var other = Tensor with { TimeBase = new(1, 50) };
        Frame[] frames = [.. Enumerable.Range(0, 3).Select(i => Picture(Tensor, i, Scene(i))), .. Enumerable.Range(3, 2).Select(i => Picture(other, i, Scene(i)))];
        await using var stage = new PropagateStage(new() { From = [], Model = "m", Every = 4 }, _context);

        var emitted = await _bench.RunAsync(stage, frames);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => (long)i), emitted.Select(f => f.Header.Sequence));
        Assert.Equal([1, 1, 1, 2, 2], emitted.Select(f => ((LogitsFormat)f.Format).TimeBase == new Rational(1, 25) ? 1 : 2));
    }

    [Fact]
    public async Task Classes_cannot_be_carried_over()
    {
        var card = TinyModel.LabelsCard();
        _bench.Models["classes"] = new ModelOptions { Path = TinyModel.Write(Path.Combine(_bench.Folder, "c.onnx"), card, TinyOutput.Int64Labels, [null, 4, 8]) };
        await using var stage = new PropagateStage(new() { From = [], Model = "classes" }, _context);

        var error = Assert.Throws<SegPipeException>(() => stage.Negotiate(new TensorFormat { TimeBase = new(1, 25), Size = new(8, 4), Placement = new(0, 0, 8, 4) }));

        Assert.Contains("puts out classes, which cannot be carried over", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_frames_are_held_back_as_the_options_say()
    {
        PropagateOptions options = new() { From = [], Model = "m", Every = 3 };

        Assert.Equal((2, 0), (options.HeldBack(3), (options with { Direction = PropagateDirection.Forward }).HeldBack(3)));
    }

    private async Task<IReadOnlyList<EmittedFrame>> RunAsync(PropagateOptions options, IEnumerable<float[]> scenes)
    {
        await using var stage = new PropagateStage(options, _context);
        Assert.Equal(new PictureSize(Width / 4, Height / 4), Assert.IsType<LogitsFormat>(stage.Negotiate(Tensor)).Size);
        return await _bench.RunAsync(stage, scenes.Select((scene, i) => Picture(Tensor, i, scene)).ToList());
    }

    private Frame Picture(TensorFormat format, int number, float[] scene) =>
        _bench.Frame(format, new() { Sequence = number, Pts = 7 + number, Duration = 1, Key = true }, MemoryMarshal.AsBytes<float>(scene));

    /// <summary>Hills that go to the right by so many pixels a picture.</summary>
    private static float[] Scene(int number, int speed = 2, int seed = 1)
    {
        var tensor = new float[3 * Width * Height];
        for (var c = 0; c < 3; c++)
        {
            for (var i = 0; i < Width * Height; i++)
            {
                double x = i % Width - speed * number, y = i / Width;
                tensor[c * Width * Height + i] = (float)(0.5 + 0.24 * Math.Sin(x * 0.21 * seed + c + y * 0.05) + 0.24 * Math.Sin(y * 0.17 * seed - x * 0.09 + c));
            }
        }

        return tensor;
    }

    private static double Differing(EmittedFrame a, EmittedFrame b)
    {
        var format = (LogitsFormat)a.Format;
        var (cells, classes) = (format.Size.Width * format.Size.Height, format.Classes.Count);
        int Class(EmittedFrame frame, int cell) =>
            Enumerable.Range(0, classes).MaxBy(c => MemoryMarshal.Cast<byte, float>(frame.Bytes)[c * cells + cell]);
        return Enumerable.Range(0, cells).Count(i => Class(a, i) != Class(b, i)) / (double)cells;
    }

    private static double Distance(EmittedFrame a, EmittedFrame b)
    {
        ReadOnlySpan<float> first = MemoryMarshal.Cast<byte, float>(a.Bytes), second = MemoryMarshal.Cast<byte, float>(b.Bytes);
        var sum = 0.0;
        for (var i = 0; i < first.Length; i++) sum += Math.Abs(first[i] - second[i]);
        return sum / first.Length;
    }
}
