namespace SegPipe.Processes;

/// <summary>One end of a child's pipe: blocking, and telling the watchdog when somebody waits for the child and when bytes moved.</summary>
internal sealed class ChildStream(ChildProcess child, Stream inner, ChildProgress progress) : Stream
{
    // Progress is noted once a chunk, so that one large picture does not look like a stall.
    private const int Chunk = 256 << 10;

    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        progress.BeginRead();
        var read = inner.Read(buffer);
        progress.EndRead(read);
        if (read == 0)
            child.Sample();
        return read;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var chunk = buffer[..Math.Min(Chunk, buffer.Length)];
            progress.BeginWrite();
            try
            {
                inner.Write(chunk);
            }
            catch (IOException broken)
            {
                throw new ChildInputClosedException(child.Role, broken);
            }
            finally
            {
                progress.EndWrite();
            }
            buffer = buffer[chunk.Length..];
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
