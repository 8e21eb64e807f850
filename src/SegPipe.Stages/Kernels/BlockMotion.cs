using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SegPipe.Stages.Propagation;

namespace SegPipe.Stages.Kernels;

/// <summary>
/// Full-search block matching.
/// <para>
/// For each block of the current picture and each displacement within reach, rows first, the sum of absolute differences to the reference is taken, then smoothed over
/// the block's neighbours with the weights 1 2 1 in both directions (edges repeated), and <see cref="Length"/> is added for each pixel of displacement. The first
/// displacement with the least sum wins. All is exact in integers.
/// </para>
/// <para>The vector path is equal to the reference.</para>
/// </summary>
internal sealed class BlockMotion
{
    // 0.15 levels a pixel: sums stand for 64 pixels of blocks with weights of 16 in all.
    private const int Length = 154;

    // Sums of one displacement with a block more on every side.
    private readonly int[] _sums, _across;
    private readonly int _width, _height, _pitch;

    /// <param name="picture">A picture of the size that is searched.</param>
    public BlockMotion(MotionPicture picture)
    {
        (_width, _height) = (picture.Blocks.Width, picture.Blocks.Height);
        // Rows are padded to whole vectors of blocks beyond the last one.
        _pitch = 1 + (_width + 3) / 4 * 4 + Vector<int>.Count;
        _sums = new int[_pitch * (_height + 2)];
        _across = new int[_pitch * (_height + 2)];
    }

    /// <summary>Finds for each block of <paramref name="current"/> where it lies in <paramref name="reference"/>.</summary>
    public void Run(MotionPicture current, MotionPicture reference, MotionField found) => Search(current, reference, found, vectors: true);

    /// <summary>The plain loops that define the result.</summary>
    public void RunReference(MotionPicture current, MotionPicture reference, MotionField found) => Search(current, reference, found, vectors: false);

    private void Search(MotionPicture current, MotionPicture reference, MotionField found, bool vectors)
    {
        found.Cost.AsSpan().Fill(int.MaxValue);
        for (var y = -MotionPicture.ReachY; y <= MotionPicture.ReachY; y++)
        {
            for (var x = -MotionPicture.ReachX; x <= MotionPicture.ReachX; x++)
            {
                var length = Length * (Math.Abs(x) + Math.Abs(y));
                if (vectors && Avx2.IsSupported) SumVector(current, reference, y * reference.Stride + x);
                else SumReference(current, reference, y * reference.Stride + x);
                RepeatEdges();
                if (vectors) ChooseVector(found, x, y, length);
                else ChooseReference(found, x, y, length);
            }
        }
    }

    private void SumReference(MotionPicture current, MotionPicture reference, int displacement)
    {
        for (var by = 0; by < _height; by++)
        {
            for (var bx = 0; bx < _width; bx++)
            {
                var sum = 0;
                for (var y = 0; y < MotionPicture.Block; y++)
                {
                    var at = current.Origin + (by * MotionPicture.Block + y) * current.Stride + bx * MotionPicture.Block;
                    for (var x = 0; x < MotionPicture.Block; x++) sum += Math.Abs(current.Pixels[at + x] - reference.Pixels[at + x + displacement]);
                }

                _sums[(by + 1) * _pitch + bx + 1] = sum;
            }
        }
    }

    // The instruction adds up eight neighbouring differences, which is one row of a block: four blocks a vector.
    private void SumVector(MotionPicture current, MotionPicture reference, int displacement)
    {
        ref byte now = ref MemoryMarshal.GetArrayDataReference(current.Pixels), then = ref MemoryMarshal.GetArrayDataReference(reference.Pixels);
        for (var by = 0; by < _height; by++)
        {
            for (var bx = 0; bx < _width; bx += 4)
            {
                var at = current.Origin + by * MotionPicture.Block * current.Stride + bx * MotionPicture.Block;
                var sums = Vector256<ulong>.Zero;
                for (var y = 0; y < MotionPicture.Block; y++, at += current.Stride)
                    sums += Avx2.SumAbsoluteDifferences(Vector256.LoadUnsafe(ref now, (nuint)at), Vector256.LoadUnsafe(ref then, (nuint)(at + displacement))).AsUInt64();
                Vector256.Narrow(sums, sums).GetLower().AsInt32().CopyTo(_sums, (by + 1) * _pitch + bx + 1);
            }
        }
    }

    private void RepeatEdges()
    {
        for (var by = 1; by <= _height; by++)
        {
            var row = _sums.AsSpan(by * _pitch, _width + 2);
            (row[0], row[^1]) = (row[1], row[^2]);
        }

        _sums.AsSpan(_pitch, _pitch).CopyTo(_sums);
        _sums.AsSpan(_height * _pitch, _pitch).CopyTo(_sums.AsSpan((_height + 1) * _pitch));
    }

    private void ChooseReference(MotionField found, int x, int y, int length)
    {
        for (var by = 0; by < _height; by++)
        {
            for (var bx = 0; bx < _width; bx++)
            {
                var cost = length;
                for (var row = 0; row < 3; row++)
                    for (var column = 0; column < 3; column++)
                        cost += _sums[(by + row) * _pitch + bx + column] * (row == 1 ? 2 : 1) * (column == 1 ? 2 : 1);

                var block = by * _width + bx;
                if (cost < found.Cost[block]) (found.Cost[block], found.X[block], found.Y[block]) = (cost, x, y);
            }
        }
    }

    private void ChooseVector(MotionField found, int x, int y, int length)
    {
        for (var i = 0; i < _height + 2; i++)
        {
            for (int bx = 0, at = i * _pitch; bx < _width; bx += Vector<int>.Count, at += Vector<int>.Count)
                (new Vector<int>(_sums, at) + (new Vector<int>(_sums, at + 1) << 1) + new Vector<int>(_sums, at + 2)).CopyTo(_across, at);
        }

        Vector<int> right = new(x), down = new(y), base0 = new(length);
        for (var by = 0; by < _height; by++)
        {
            int at = by * _pitch, block = by * _width, bx = 0;
            for (; bx <= _width - Vector<int>.Count; bx += Vector<int>.Count, at += Vector<int>.Count, block += Vector<int>.Count)
            {
                var cost = new Vector<int>(_across, at) + (new Vector<int>(_across, at + _pitch) << 1) + new Vector<int>(_across, at + 2 * _pitch) + base0;
                var before = new Vector<int>(found.Cost, block);
                var better = Vector.LessThan(cost, before);
                if (better == Vector<int>.Zero) continue;
                Vector.Min(cost, before).CopyTo(found.Cost, block);
                Vector.ConditionalSelect(better, right, new Vector<int>(found.X, block)).CopyTo(found.X, block);
                Vector.ConditionalSelect(better, down, new Vector<int>(found.Y, block)).CopyTo(found.Y, block);
            }

            for (; bx < _width; bx++, at++, block++)
            {
                var cost = _across[at] + 2 * _across[at + _pitch] + _across[at + 2 * _pitch] + length;
                if (cost < found.Cost[block]) (found.Cost[block], found.X[block], found.Y[block]) = (cost, x, y);
            }
        }
    }
}
