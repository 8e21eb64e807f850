using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Stages;
using SegPipe.Stages.Kernels;
using SegPipe.Stages.Propagation;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>Median milliseconds of kernels on one thread and their ratio to a floor: a copy of what they read and write, or the filling of their output.</summary>
/// <param name="to">Where the table goes.</param>
/// <param name="words">Only kernels with one of these words in their line are measured; none for all.</param>
internal sealed class QuickTable(TextWriter to, string[] words)
{
    public void Print()
    {
        to.WriteLine($"{"kernel",-80}{"ms",10}{"floor ms",10}{"ratio",8}");
        Resize("resize I420 2048x1024 to 1024x512", KernelScenes.Picture(2048, 1024), KernelScenes.Tensor(1024, 512));
        Resize("resize I420 2048x1024 to 1024x512 NHWC", KernelScenes.Picture(2048, 1024), KernelScenes.Tensor(1024, 512, TensorLayout.Nhwc));
        Resize("resize I420 1920x1080 to 1024x512", KernelScenes.Picture(1920, 1080), KernelScenes.Tensor(1024, 512));
        Resize("resize RGB 1024x512 to 1024x512", KernelScenes.Picture(1024, 512, PictureLayout.Rgb), KernelScenes.Tensor(1024, 512));
        UpsampleStreet(256, 128);
        UpsampleStreet(64, 32);
        UpsampleHills(19, 256, 128, 2048, 1024);
        UpsampleHills(19, 64, 32, 2048, 1024);
        UpsampleHills(150, 64, 64, 512, 512);
        Blend(PictureLayout.I420);
        Blend(PictureLayout.Rgb);
        Convert();
        Propagate();
    }

    private void Resize(string name, PictureFormat picture, TensorFormat tensor)
    {
        if (!IsAsked(name)) return;
        var plan = new ResizePlan(picture, tensor, new(false, [0.485f, 0.456f, 0.406f], [4.4f, 4.5f, 4.4f]));
        using Aligned input = new(KernelScenes.Noise(plan.PictureBytes)), output = new(plan.TensorBytes);
        Line(name, () => ResizeBilinear.Run(plan, input.Bytes, output.Bytes), () => CopyFloor(plan.PictureBytes, plan.TensorBytes));
        if (picture.Layout != PictureLayout.I420 || tensor.Layout != TensorLayout.Nchw) return;
        using var chain = new ScaleThenConvert(picture, tensor);
        Line("  the same by libswscale to RGB, then to floats", () => chain.Run(input.Bytes, output.Bytes), () => CopyFloor(plan.PictureBytes, plan.TensorBytes));
    }

    private void UpsampleStreet(int width, int height) =>
        Upsample("logits of street-tiny", 19, new(width, height), new(2048, 1024), () => StreetLogits.Of(new(width, height)));

    private void UpsampleHills(int classes, int width, int height, int toWidth, int toHeight) =>
        Upsample("drawn hills", classes, new(width, height), new(toWidth, toHeight), () => KernelScenes.Hills(classes, width, height));

    private void Upsample(string scene, int classes, PictureSize cells, PictureSize size, Func<float[]> make)
    {
        string NameOf(UpsampleMode mode) => $"vim_upsample {mode} {classes} classes {cells} to {size}, {scene}";
        if (!Enum.GetValues<UpsampleMode>().Any(mode => IsAsked(NameOf(mode)))) return;
        var values = make();
        var format = KernelScenes.Logits(classes, cells.Width, cells.Height);
        using Aligned logits = new(MemoryMarshal.AsBytes<float>(values).ToArray()), labels = new(size.Width * size.Height);
        double Floor() => ReadFloor(logits) + Median(() => labels.Bytes.Fill(1));
        foreach (var mode in Enum.GetValues<UpsampleMode>())
        {
            if (!IsAsked(NameOf(mode))) continue;
            var plan = new VimUpsamplePlan(format, size, mode);
            Line(NameOf(mode), () => VimUpsample.Run(plan, MemoryMarshal.Cast<byte, float>(logits.Bytes), labels.Bytes), Floor);
            to.WriteLine($"  {UpsampleCensus.Of(plan, values)}");
        }

        var separable = new SeparableUpsample(new(format, size));
        Line("  the same, interpolated class by class, then arg-max", () => separable.Run(MemoryMarshal.Cast<byte, float>(logits.Bytes), labels.Bytes), Floor);
        using var other = new Aligned(labels.Length);
        VimUpsample.Run(new(format, size), values, labels.Bytes);
        separable.Run(values, other.Bytes);
        to.WriteLine($"  labels of the two: {(labels.Bytes.SequenceEqual(other.Bytes) ? "identical" : "different")}");
    }

    private void Blend(PictureLayout layout)
    {
        var format = KernelScenes.Picture(2048, 1024, layout);
        var plan = new PaletteBlendPlan(format, [.. Enumerable.Range(0, 19).Select(i => ((byte)i, (byte)(2 * i), (byte)(3 * i)))], 0.5);
        using Aligned picture = new(KernelScenes.Noise(plan.PictureBytes)), labels = new(2048 * 1024), output = new(plan.PictureBytes);
        VimUpsample.Run(new(KernelScenes.Logits(19, 256, 128), new(2048, 1024)), KernelScenes.Hills(19, 256, 128), labels.Bytes);
        Line($"palette blend {layout} 2048x1024", () => PaletteBlend.Run(plan, picture.Bytes, labels.Bytes, output.Bytes), () => Median(() => picture.Bytes.CopyTo(output.Bytes)));
    }

    private void Convert()
    {
        using Aligned picture = new(KernelScenes.Noise(2048 * 1024 * 3 / 2)), rgb = new(2048 * 1024 * 3);
        var coefficients = YuvCoefficients.Of(KernelScenes.Picture(2, 2).Color);
        Line("I420 to RGB24 2048x1024", () => I420ToRgb24.Convert(picture.Bytes, rgb.Bytes, 2048, 1024, coefficients), () => CopyFloor(picture.Length, rgb.Length));
    }

    private void Propagate()
    {
        var tensor = KernelScenes.Tensor(1024, 512);
        var logits = KernelScenes.Logits(19, 64, 32) with { InputSize = new(1024, 512), Placement = new(0, 0, 1024, 512) };
        using Aligned first = new(MemoryMarshal.AsBytes<float>(KernelScenes.Hills(3, 1024, 512)).ToArray());
        MotionPicture now = new(tensor.Size), then = new(tensor.Size);
        Line("motion picture of a tensor of 1024x512", () => now.Fill(first.Bytes, tensor, 10, -4), () => ReadFloor(first) / 3);
        then.Fill(first.Bytes, tensor, 10, -3);
        var motion = new BlockMotion(now);
        MotionField past = new(now.Blocks), future = new(now.Blocks);
        Line("block motion in 512x256", () => motion.Run(now, then, past), () => 0);
        motion.Run(then, now, future);
        var plan = new LogitsWarpPlan(logits, now);
        float[] planes = KernelScenes.Hills(19, 64, 32), cells = new float[64 * 32 * plan.Depth];
        LogitsWarp.ToCells(plan, planes, cells);
        using var output = new Aligned(19 * plan.Fine.Width * plan.Fine.Height * sizeof(float));
        Line("logits between two pictures, 64x32 to 256x128", () => LogitsWarp.Run(plan, new(cells, past, 1), new(cells, future, 1), MemoryMarshal.Cast<byte, float>(output.Bytes)), () => Median(() => output.Bytes.Fill(1)));
    }

    private bool IsAsked(string name) => words.Length == 0 || words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private void Line(string name, Action work, Func<double> floor)
    {
        if (!name.StartsWith(' ') && !IsAsked(name)) return;
        var (time, least) = (Median(work), floor());
        to.WriteLine($"{name,-80}{time,10:F3}{least,10:F3}{time / least,8:F1}");
    }

    /// <summary>Reading all of it once, as fast as vectors can.</summary>
    private static double ReadFloor(Aligned memory)
    {
        var largest = 0f;
        var time = Median(() =>
        {
            var parts = MemoryMarshal.Cast<byte, Vector<float>>(memory.Bytes);
            Vector<float> a = parts[0], b = a, c = a, d = a;
            for (var i = 0; i + 3 < parts.Length; i += 4)
            {
                a = Vector.MaxNative(a, parts[i]);
                b = Vector.MaxNative(b, parts[i + 1]);
                c = Vector.MaxNative(c, parts[i + 2]);
                d = Vector.MaxNative(d, parts[i + 3]);
            }

            largest = Vector.Max(Vector.Max(a, b), Vector.Max(c, d))[0];
        });
        return float.IsNaN(largest) ? double.NaN : time;
    }

    private static double CopyFloor(int input, int output)
    {
        using Aligned a = new(KernelScenes.Noise(Math.Max(input, output))), b = new(Math.Max(input, output));
        return Median(() => a.Bytes[..input].CopyTo(b.Bytes)) + Median(() => a.Bytes[..output].CopyTo(b.Bytes));
    }

    private static double Median(Action work)
    {
        // Long enough for the second tier of compilation, then rounds of about a second at most.
        var warm = Stopwatch.StartNew();
        for (var i = 0; i < 40 || warm.ElapsedMilliseconds < 1000; i++)
        {
            work();
            if (warm.ElapsedMilliseconds > 1500) break;
        }

        var times = new List<double>();
        for (var whole = Stopwatch.StartNew(); times.Count < 7 || (times.Count < 200 && whole.ElapsedMilliseconds < 500);)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>Native memory, aligned as the frame pool's.</summary>
    private sealed unsafe class Aligned(int length) : IDisposable
    {
        private readonly void* _bytes = NativeMemory.AlignedAlloc((nuint)length, 64);

        public Aligned(byte[] content)
            : this(content.Length) => content.CopyTo(Bytes);

        public int Length => length;

        public Span<byte> Bytes => new(_bytes, length);

        public void Dispose() => NativeMemory.AlignedFree(_bytes);
    }
}
