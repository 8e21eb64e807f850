namespace SegPipe.FakeFfmpeg;

/// <summary>What a fake chokes on: that many bytes of about 200 one behind the other, as the chroma of <c>NumberedVideo.WritePoison</c> has them.</summary>
internal sealed class Poison(int length)
{
    private const int Value = 200, Tolerance = 4;

    private int _found;

    /// <summary>Whether it is there, once these bytes have come.</summary>
    public bool IsIn(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            _found = Math.Abs(value - Value) <= Tolerance ? _found + 1 : 0;
            if (_found == length) return true;
        }
        return false;
    }
}
