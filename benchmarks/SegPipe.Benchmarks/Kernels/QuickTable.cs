using System.Diagnostics;
using System.Runtime.InteropServices;
using SegPipe.Frames;
using SegPipe.Pictures;
using SegPipe.Stages;
using SegPipe.Stages.Kernels;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>Median milliseconds of every kernel on one thread and its ratio to a floor: a copy of what it reads and writes, or the filling of its output.</summary>
internal static class QuickTable
{
    public static void Print(TextWriter to)
    {
        to.WriteLine($"{"kernel",-64}{"ms",10}{"floor ms",10}{"ratio",8}");
        Resize(to, "resize I420 2048x1024 to 1024x512", KernelScenes.Picture(2048, 1024), KernelScenes.Tensor(1024, 512));
        Resize(to, "resize I420 2048x1024 to 1024x512 NHWC", KernelScenes.Picture(2048, 1024), KernelScenes.Tensor(1024, 512, TensorLayout.Nhwc));
        Resize(to, "resize I420 1920x1080 to 1024x512", KernelScenes.Picture(1920, 1080), KernelScenes.Tensor(1024, 512));
        Resize(to, "resize RGB 1024x512 to 1024x512", KernelScenes.Picture(1024, 512, PictureLayout.Rgb), KernelScenes.Tensor(1024, 512));
        Upsample(to, 19, 256, 128, 2048, 1024);
        Upsample(to, 19, 64, 32, 2048, 1024);
        Upsample(to, 19, 512, 256, 2048, 1024);
        Upsample(to, 150, 64, 64, 512, 512);
        Blend(to, PictureLayout.I420);
        Blend(to, PictureLayout.Rgb);
        Convert(to);
    }

    private static void Resize(TextWriter to, string name, PictureFormat picture, TensorFormat tensor)
    {
        var plan = new ResizePlan(picture, tensor, new(false, [0.485f, 0.456f, 0.406f], [4.4f, 4.5f, 4.4f]));
        using Aligned input = new(KernelScenes.Noise(plan.PictureBytes)), output = new(plan.TensorBytes);
        Line(to, name, Median(() => ResizeBilinear.Run(plan, input.Bytes, output.Bytes)), CopyFloor(plan.PictureBytes, plan.TensorBytes));
    }

    private static void Upsample(TextWriter to, int classes, int width, int height, int toWidth, int toHeight)
    {
        var scene = KernelScenes.Hills(classes, width, height);
        var format = KernelScenes.Logits(classes, width, height);
        using Aligned logits = new(MemoryMarshal.AsBytes<float>(scene).ToArray()), labels = new(toWidth * toHeight);
        foreach (var mode in Enum.GetValues<UpsampleMode>())
        {
            var plan = new VimUpsamplePlan(format, new(toWidth, toHeight), mode);
            Line(to, $"vim_upsample {mode} {classes} classes {width}x{height} to {toWidth}x{toHeight}", Median(() => VimUpsample.Run(plan, MemoryMarshal.Cast<byte, float>(logits.Bytes), labels.Bytes)), Median(() => labels.Bytes.Fill(1)));
        }

        var separable = new SeparableUpsample(new(format, new(toWidth, toHeight)));
        Line(to, "  the same, interpolated class by class, then arg-max", Median(() => separable.Run(MemoryMarshal.Cast<byte, float>(logits.Bytes), labels.Bytes)), Median(() => labels.Bytes.Fill(1)));
    }

    private static void Blend(TextWriter to, PictureLayout layout)
    {
        var format = KernelScenes.Picture(2048, 1024, layout);
        var plan = new PaletteBlendPlan(format, [.. Enumerable.Range(0, 19).Select(i => ((byte)i, (byte)(2 * i), (byte)(3 * i)))], 0.5);
        using Aligned picture = new(KernelScenes.Noise(plan.PictureBytes)), labels = new(2048 * 1024), output = new(plan.PictureBytes);
        VimUpsample.Run(new(KernelScenes.Logits(19, 256, 128), new(2048, 1024)), KernelScenes.Hills(19, 256, 128), labels.Bytes);
        Line(to, $"palette blend {layout} 2048x1024", Median(() => PaletteBlend.Run(plan, picture.Bytes, labels.Bytes, output.Bytes)), Median(() => picture.Bytes.CopyTo(output.Bytes)));
    }

    private static void Convert(TextWriter to)
    {
        using Aligned picture = new(KernelScenes.Noise(2048 * 1024 * 3 / 2)), rgb = new(2048 * 1024 * 3);
        var coefficients = YuvCoefficients.Of(KernelScenes.Picture(2, 2).Color);
        Line(to, "I420 to RGB24 2048x1024", Median(() => I420ToRgb24.Convert(picture.Bytes, rgb.Bytes, 2048, 1024, coefficients)), CopyFloor(picture.Length, rgb.Length));
    }

    private static void Line(TextWriter to, string name, double time, double floor) => to.WriteLine($"{name,-64}{time,10:F2}{floor,10:F2}{time / floor,8:F1}");

    private static double CopyFloor(int input, int output)
    {
        using Aligned a = new(KernelScenes.Noise(Math.Max(input, output))), b = new(Math.Max(input, output));
        return Median(() => a.Bytes[..input].CopyTo(b.Bytes)) + Median(() => a.Bytes[..output].CopyTo(b.Bytes));
    }

    private static double Median(Action work)
    {
        // Long enough for the second tier of compilation, then rounds of about a second at most.
        var warm = Stopwatch.StartNew();
        for (var i = 0; i < 40 || (warm.ElapsedMilliseconds < 300 && i < 400); i++)
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
