using System.Globalization;

namespace SegPipe.Host.Batch.Storage;

/// <summary>That a video is finished: <c>done.json</c>, written behind its outputs.</summary>
internal sealed record JobDone
{
    /// <summary>Version of the form.</summary>
    public int V { get; init; } = 1;

    /// <summary>What the outputs belong to.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Pictures in them.</summary>
    public required long Frames { get; init; }

    /// <summary>Pictures that were planned and that the file did not show.</summary>
    public required long Lost { get; init; }

    /// <summary>The outputs, by path below the output folder.</summary>
    public required IReadOnlyList<JobOutput> Outputs { get; init; }

    /// <summary>What they lack, because it could not be made.</summary>
    public IReadOnlyList<JobGap> Gaps { get; init; } = [];

    /// <summary>Wall time of all segments together.</summary>
    public required double Seconds { get; init; }

    /// <summary>When it was finished.</summary>
    public required DateTimeOffset Finished { get; init; }
}

/// <summary>What is being written for a video: <c>joining.json</c>, there from before the first output until the last one lies in place.</summary>
/// <param name="ConfigHash">What the outputs belong to.</param>
/// <param name="Outputs">Paths below the output folder.</param>
internal sealed record JobJoining(string ConfigHash, IReadOnlyList<string> Outputs);

/// <summary>A stretch of a video that its outputs lack.</summary>
/// <param name="Segment">The segment that could not be made.</param>
/// <param name="Frames">Its pictures.</param>
/// <param name="At">Seconds from the video's first picture to its first one.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Failure">Why it could not be made.</param>
internal sealed record JobGap(int Segment, long Frames, double At, double Seconds, JobFailure Failure)
{
    /// <summary>The gap in words for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Frames} pictures from {At:0.00} s on ({Seconds:0.00} s) are left out: {Failure.Message}");
}

/// <summary>A file, or a folder of files, that a sink has written.</summary>
/// <param name="Path">Path below the output folder.</param>
/// <param name="Files">Number of files, null where it is one.</param>
/// <param name="Bytes">Size of all.</param>
/// <param name="Sha256">SHA-256 of the file, or over the files of the folder.</param>
internal sealed record JobOutput(string Path, int? Files, long Bytes, string Sha256)
{
    /// <summary>What lies at a full path below a folder.</summary>
    public static JobOutput Of(string folder, string path)
    {
        var name = System.IO.Path.GetRelativePath(folder, path);
        if (File.Exists(path))
        {
            var file = StoredFile.Of(folder, path);
            return new(name, null, file.Bytes, file.Sha256);
        }
        var files = StoredFile.In(path);
        return new(name, files.Count, files.Sum(f => f.Bytes), StoredFile.Sum(files));
    }

    /// <summary>Whether it still lies below a folder as it was left, as far as names and sizes tell.</summary>
    public bool IsIn(string folder)
    {
        var full = System.IO.Path.Combine(folder, Path);
        if (Files is null) return new FileInfo(full) is { Exists: true } file && file.Length == Bytes;
        if (!Directory.Exists(full)) return false;
        var files = new DirectoryInfo(full).GetFiles("*", SearchOption.AllDirectories);
        return files.Length == Files && files.Sum(f => f.Length) == Bytes;
    }

    /// <summary>Removes an output that nobody knows the size of: a file is deleted, a folder put aside.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="path">Path below it.</param>
    /// <param name="mark">What a folder's other name ends with.</param>
    public static void RemoveHalf(string folder, string path, string mark) =>
        new JobOutput(path, Directory.Exists(System.IO.Path.Combine(folder, path)) ? -1 : null, 0, "").RemoveFrom(folder, mark);

    /// <summary>Removes it from a folder; what is not there is no error. A folder that others have put something into is put aside under another name.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="mark">What the other name ends with.</param>
    public void RemoveFrom(string folder, string mark)
    {
        var full = System.IO.Path.Combine(folder, Path);
        AtomicFile.Guard(full, () =>
        {
            if (Files is null) File.Delete(full);
            else if (IsIn(folder)) Directory.Delete(full, recursive: true);
            else if (Directory.Exists(full)) Directory.Move(full, $"{full}.{mark}");
        });
    }
}

/// <summary>Why a video was given up: <c>failed.json</c>.</summary>
/// <param name="Code">The exit code that it stands for.</param>
/// <param name="Message">The cause.</param>
/// <param name="Advice">What to do, or null.</param>
/// <param name="Segment">The segment that it happened in, or null.</param>
internal sealed record JobFailure(ExitCode Code, string Message, string? Advice, int? Segment)
{
    /// <summary>The failure as an error.</summary>
    public static JobFailure Of(SegPipeException failure, int? segment = null) => new(failure.Code, failure.Message, failure.Advice, segment);
}
