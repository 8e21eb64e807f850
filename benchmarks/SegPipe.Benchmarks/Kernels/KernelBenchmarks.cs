using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using SegPipe.Stages.Kernels;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>The three kernels of a frame at the demonstration's sizes, each against its reference, with allocations.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private readonly ResizePlan _resize = new(KernelScenes.Picture(2048, 1024), KernelScenes.Tensor(1024, 512), new(false, [0.5f, 0.5f, 0.5f], [2, 2, 2]));
    private readonly VimUpsamplePlan _upsample = new(KernelScenes.Logits(19, 64, 32), new(2048, 1024));
    private readonly PaletteBlendPlan _blend = new(KernelScenes.Picture(2048, 1024), [.. Enumerable.Range(0, 19).Select(i => ((byte)i, (byte)i, (byte)i))], 0.5);
    private readonly byte[] _picture = KernelScenes.Noise(2048 * 1024 * 3 / 2), _output = new byte[2048 * 1024 * 3 / 2], _labels = new byte[2048 * 1024];
    private readonly byte[] _tensor = new byte[3 * 1024 * 512 * sizeof(float)];
    private readonly byte[] _logits = MemoryMarshal.AsBytes<float>(KernelScenes.Hills(19, 64, 32)).ToArray();

    [Benchmark]
    public void Resize() => ResizeBilinear.Run(_resize, _picture, _tensor);

    [Benchmark]
    public void ResizeReference() => ResizeBilinear.RunReference(_resize, _picture, _tensor);

    [Benchmark]
    public bool Upsample() => VimUpsample.Run(_upsample, MemoryMarshal.Cast<byte, float>(_logits), _labels);

    [Benchmark]
    public bool UpsampleReference() => VimUpsample.RunReference(_upsample, MemoryMarshal.Cast<byte, float>(_logits), _labels);

    [Benchmark]
    public void Blend() => PaletteBlend.Run(_blend, _picture, _labels, _output);

    [Benchmark]
    public void BlendReference() => PaletteBlend.RunReference(_blend, _picture, _labels, _output);
}
