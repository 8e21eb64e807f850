namespace SegPipe.Models.Import.Hdf5;

/// <summary>
/// The bytes of an HDF5 file with what reading them may cost. Every structure is charged with the bytes that it takes up, so that a file
/// whose structures point at each other in circles ends in an error after work in proportion to its size.
/// </summary>
/// <param name="label">What errors call the file.</param>
/// <param name="memory">The whole file.</param>
internal sealed class Hdf5Bytes(string label, ReadOnlyMemory<byte> memory)
{
    /// <summary>The address that stands for "nothing there".</summary>
    public const long Undefined = -1;

    private long _structures = (64L << 10) + memory.Length;
    private long _copied = (4L << 20) + memory.Length;
    private long _work = (64L << 20) + 8L * memory.Length;

    /// <summary>Bytes of an address.</summary>
    public int OffsetSize { get; set; } = 8;

    /// <summary>Bytes of a length.</summary>
    public int LengthSize { get; set; } = 8;

    /// <summary>Bytes of the file.</summary>
    public int Length => memory.Length;

    /// <summary>A stretch of the file.</summary>
    public ReadOnlySpan<byte> Slice(long offset, long count) =>
        offset >= 0 && count >= 0 && offset <= Length - count ? memory.Span.Slice((int)offset, (int)count) : throw Fault(offset, "data outside of the file");

    /// <summary>A cursor over a stretch of the file, or up to its end.</summary>
    public Hdf5Cursor At(long offset, long? count = null)
    {
        if (offset < 0 || offset > Length) throw Fault(offset, "an address outside of the file");
        _ = Slice(offset, count ?? Length - offset);
        return new(this, offset, offset + (count ?? Length - offset));
    }

    /// <summary>Charges for a structure of so many bytes.</summary>
    public void Structure(long offset, long bytes) => Charge(ref _structures, offset, bytes, "structures that are read over and over");

    /// <summary>Charges for data that is taken out of the file and kept.</summary>
    public void Copy(long offset, long bytes) => Charge(ref _copied, offset, bytes, "more data than a file of this size may hold");

    /// <summary>Charges for data on its way.</summary>
    public void Work(long offset, long bytes) => Charge(ref _work, offset, bytes, "chunks that are read over and over");

    /// <summary>The error for something wrong at an offset.</summary>
    public SegPipeException Fault(long offset, string what) =>
        new(ExitCode.InputUnusable, $"{label} is not a readable HDF5 file: {what} at offset {offset}.", "Fetch or save the file again.");

    /// <summary>The error for something that HDF5 allows and this reader does not know.</summary>
    public SegPipeException Unsupported(long offset, string what) =>
        new(ExitCode.InputUnusable, $"{label} uses a part of HDF5 that is not supported: {what} at offset {offset}.", "Save the model again with Keras' own defaults.");

    private void Charge(ref long budget, long offset, long bytes, string what)
    {
        budget -= bytes;
        if (bytes < 0 || budget < 0) throw Fault(offset, what);
    }
}
