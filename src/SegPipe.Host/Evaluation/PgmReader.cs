using SegPipe.Frames;

namespace SegPipe.Host.Evaluation;

/// <summary>Reads binary PGM pictures of 8 bits that follow each other in a stream: <c>P5 width height 255</c>, then the rows.</summary>
internal sealed class PgmReader(Stream stream)
{
    private readonly byte[] _one = new byte[1];

    /// <summary>Reads the next picture into a buffer that grows as needed; null at the end.</summary>
    /// <exception cref="InvalidDataException">The stream holds something else.</exception>
    /// <exception cref="EndOfStreamException">It ends inside of a picture.</exception>
    public PictureSize? Read(ref byte[] pixels)
    {
        if (stream.Read(_one) == 0) return null;
        if (_one[0] != 'P' || Next() != '5') throw new InvalidDataException("This is no PGM picture.");
        Next();
        var (width, height, most) = (Number(), Number(), Number());
        if (most != 255 || width < 1 || height < 1) throw new InvalidDataException($"A PGM picture of {width}x{height} up to {most} is not supported.");
        var bytes = checked(width * height);
        if (pixels.Length < bytes) pixels = new byte[bytes];
        stream.ReadExactly(pixels.AsSpan(0, bytes));
        return new(width, height);
    }

    /// <summary>A number and the one blank behind it.</summary>
    private int Number()
    {
        var number = 0;
        for (var c = Next(); c is >= (byte)'0' and <= (byte)'9'; c = Next()) number = checked(10 * number + c - '0');
        return number;
    }

    private byte Next()
    {
        stream.ReadExactly(_one);
        return _one[0];
    }
}
