using System.Numerics;
using System.Runtime.InteropServices;
using SegPipe.Frames;

namespace SegPipe.Benchmarks.Kernels;

/// <summary>The rival of <c>resize</c>: FFmpeg's libswscale (bilinear) makes packed RGB of the network's size, a vector loop makes normalised planes of it.</summary>
internal sealed unsafe partial class ScaleThenConvert : IDisposable
{
    private const int Yuv420 = 0, Rgb24 = 2, Bilinear = 2;
    private readonly PictureSize _from, _to;
    private readonly byte[] _rgb;
    private readonly nint _context;

    public ScaleThenConvert(PictureFormat picture, TensorFormat tensor)
    {
        (_from, _to) = (picture.Size, tensor.Size);
        _rgb = new byte[_to.Width * _to.Height * 3 + 64];
        _context = GetContext(_from.Width, _from.Height, Yuv420, _to.Width, _to.Height, Rgb24, Bilinear, 0, 0, 0);
        if (_context == 0) throw new InvalidOperationException("libswscale refuses these sizes");
    }

    public void Dispose() => FreeContext(_context);

    public void Run(ReadOnlySpan<byte> picture, Span<byte> tensor)
    {
        int width = _from.Width, size = width * _from.Height, half = (width + 1) / 2, chroma = half * ((_from.Height + 1) / 2);
        fixed (byte* from = picture, to = _rgb)
        {
            byte** planes = stackalloc byte*[] { from, from + size, from + size + chroma, null }, outputs = stackalloc byte*[] { to, null, null, null };
            int* strides = stackalloc int[] { width, half, half, 0 }, pitch = stackalloc int[] { 3 * _to.Width, 0, 0, 0 };
            if (Scale(_context, planes, strides, 0, _from.Height, outputs, pitch) != _to.Height) throw new InvalidOperationException("libswscale made another number of rows");
        }

        Normalise(_rgb, MemoryMarshal.Cast<byte, float>(tensor), _to.Width * _to.Height);
    }

    private static void Normalise(byte[] rgb, Span<float> planes, int pixels)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * pixels, pixels);
            for (int i = 0, at = channel; i < plane.Length; i++, at += 3) plane[i] = rgb[at];
            var vectors = MemoryMarshal.Cast<float, Vector<float>>(plane);
            for (var i = 0; i < vectors.Length; i++) vectors[i] = vectors[i] * (4.4f / 255) - new Vector<float>(2.1f);
        }
    }

    [LibraryImport("libswscale.so.6", EntryPoint = "sws_getContext")]
    private static partial nint GetContext(int width, int height, int format, int toWidth, int toHeight, int toFormat, int flags, nint source, nint destination, nint parameters);

    [LibraryImport("libswscale.so.6", EntryPoint = "sws_scale")]
    private static partial int Scale(nint context, byte** planes, int* strides, int firstRow, int rows, byte** outputs, int* pitches);

    [LibraryImport("libswscale.so.6", EntryPoint = "sws_freeContext")]
    private static partial void FreeContext(nint context);
}
