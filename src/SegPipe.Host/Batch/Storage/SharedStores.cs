using SegPipe.Host.Batch.Storage.S3;

namespace SegPipe.Host.Batch.Storage;

/// <summary>Opens stores by what people and messages name them by: folders, and places in S3 where there are any.</summary>
internal sealed class SharedStores : IDisposable
{
    private readonly Lazy<S3Side> _s3;

    /// <param name="scratch">Folder for what is on its way from and to S3; nothing is made there before it is needed.</param>
    public SharedStores(string scratch) => _s3 = new(() => new(scratch));

    /// <summary>The objects in S3.</summary>
    /// <exception cref="SegPipeException">The environment does not say where S3 is, or the scratch folder cannot be made.</exception>
    public S3Objects Objects => _s3.Value.Objects;

    /// <summary>Bytes that went to and came from S3 so far.</summary>
    public long Moved => _s3.IsValueCreated ? Objects.Moved : 0;

    /// <summary>The store in a folder, given by its full path, or at a place in S3.</summary>
    /// <exception cref="SegPipeException">64 where the place is none.</exception>
    public ISharedStore Open(string batch)
    {
        if (!S3Location.Is(batch)) return new FolderStore(batch);
        var place = S3Location.Parse(batch);
        return new S3Store(Objects, place, _s3.Value.Inputs, Path.Combine(_s3.Value.Scratch.FullPath, "batches", BatchNames.HashOf(place.ToString())));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_s3.IsValueCreated) _s3.Value.Dispose();
    }

    private sealed class S3Side : IDisposable
    {
        public S3Side(string scratch)
        {
            Objects = new();
            Scratch = new(scratch);
            Inputs = new(Objects, Path.Combine(Scratch.FullPath, "inputs"));
        }

        public S3Objects Objects { get; }

        public ScratchFolder Scratch { get; }

        public InputCache Inputs { get; }

        public void Dispose()
        {
            Inputs.Dispose();
            Objects.Dispose();
            Scratch.Dispose();
        }
    }
}
