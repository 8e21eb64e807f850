using SegPipe.Frames;
using SegPipe.Media;
using SegPipe.Nut;
using SegPipe.Outputs;

namespace SegPipe.Sinks;

/// <summary>The packets of one part of a video, with the codec's headers, in a NUT file.</summary>
internal sealed class PacketPiece : IPacketTarget
{
    public const string Extension = ".nut";

    private readonly PartialFile _file;
    private readonly PartialFileStream _stream;
    private readonly NutWriter _writer;
    private readonly PacketsFormat _format;

    public PacketPiece(string path, PacketsFormat format)
    {
        _format = format;
        _file = new(path, durable: true);
        _stream = new(_file);
        _writer = new(_stream);
        _writer.WriteHeaders(Carrier.Header(format));
    }

    /// <inheritdoc/>
    public bool IsConnected => true;

    /// <inheritdoc/>
    public void Write(Frame frame) => _writer.WriteFrame(Carrier.ToChild(frame.Header.Pts, _format.TimeBase), frame.Header.Key, frame.Bytes);

    /// <inheritdoc/>
    public void Complete() => _file.Complete();

    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    /// <summary>Lets a writer of streams write to a file whose errors are said in words.</summary>
    private sealed class PartialFileStream(PartialFile file) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => file.Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => file.Write(buffer);

        public override void Flush() => file.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
