using System.ComponentModel.DataAnnotations;
using System.IO.Enumeration;
using SegPipe.Components;
using SegPipe.Frames;
using SegPipe.Sources.Still;

namespace SegPipe.Sources;

/// <summary>
/// Still pictures of a folder, in the order of their names (PNG, JPEG, BMP, WebP, TIFF, PPM, PGM, GIF's first). They come as RGB,
/// so that they lose nothing, turned upright as their tags ask, each in its own size. A video file of one picture (<c>.mkv</c>
/// with FFV1) comes in its own 4:2:0 samples.
/// </summary>
/// <example><code lang="yaml">
/// type: image_folder
/// path: photos
/// </code></example>
[Source("image_folder")]
[Output(PayloadKind.Picture)]
public sealed class ImageFolderSource(ImageFolderOptions options, ComponentContext context) : ISource
{
    // Decoders start while earlier pictures are still on their way.
    private const int Lookahead = 2;

    private readonly FrameClock _clock = new(context.Time, options.Fps);
    private readonly Queue<Task<(StillPicture Picture, PictureFormat Format)>> _ahead = new();
    private IReadOnlyList<(string Path, string Name)> _files = [];
    private StillDecoder? _decoder;
    private int _next;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Format>> OpenAsync(CancellationToken abort)
    {
        _files = List();
        _decoder = new StillDecoder(context);
        StartDecoders();
        return [(await _ahead.Peek().ConfigureAwait(false)).Format];
    }

    /// <inheritdoc/>
    public async Task RunAsync(OutputPort port, CancellationToken stop, CancellationToken abort)
    {
        for (long number = 0; _ahead.Count > 0 && !stop.IsCancellationRequested; number++)
        {
            abort.ThrowIfCancellationRequested();
            var (picture, format) = await _ahead.Peek().ConfigureAwait(false);
            _ = _ahead.Dequeue();
            StartDecoders();
            await FrameClock.EmitAsync(port, format, _clock.Header(number), picture.Samples).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Their children must not outlive the run; whether they succeed no longer matters.
        while (_ahead.TryDequeue(out var decoding))
        {
            await ((Task)decoding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void StartDecoders()
    {
        for (; _next < _files.Count && _ahead.Count < Lookahead; _next++)
        {
            var (path, name) = _files[_next];
            _ahead.Enqueue(Task.Run(() => Decode(path, name)));
        }
    }

    private (StillPicture Picture, PictureFormat Format) Decode(string path, string name)
    {
        var picture = _decoder!.Decode(path);
        return (picture, new PictureFormat
        {
            TimeBase = _clock.TimeBase,
            FrameRate = _clock.FrameRate,
            FrameCount = _files.Count,
            Name = name,
            Size = picture.Size,
            Layout = picture.Layout,
            Color = picture.Color,
        });
    }

    private IReadOnlyList<(string Path, string Name)> List()
    {
        var path = Path.GetFullPath(options.Path);
        if (File.Exists(path)) return [(path, Path.GetFileNameWithoutExtension(path))];
        if (!Directory.Exists(path)) throw new SegPipeException(ExitCode.InputMissing, $"The folder {options.Path} does not exist.", "Check the path.");
        var files = Directory.EnumerateFiles(path).Where(IsWanted).Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
        {
            throw new SegPipeException(ExitCode.InputUnusable, $"The folder {options.Path} has no picture{(options.Pattern is { } pattern ? $" called {pattern}" : "")}.",
                $"Known are {string.Join(", ", StillFormats.Extensions)}.");
        }

        // Outputs are called like their pictures: of two that differ in the extension only, both keep it.
        var twins = files.CountBy(file => Path.GetFileNameWithoutExtension(file)).Where(count => count.Value > 1).Select(count => count.Key).ToHashSet();
        return [.. files.Select(file => (file, Path.GetFileNameWithoutExtension(file) is var stem && twins.Contains(stem) ? Path.GetFileName(file) : stem))];
    }

    private bool IsWanted(string file)
    {
        var name = Path.GetFileName(file);
        return options.Pattern is { } pattern
            ? FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)
            : !name.StartsWith('.') && StillFormats.Extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
    }
}

/// <summary>Options of <see cref="ImageFolderSource"/>.</summary>
public sealed record ImageFolderOptions : SourceOptions
{
    /// <summary>A folder, of which the pictures in it are taken, not those in folders below; or one file.</summary>
    [InputPath]
    public required string Path { get; init; }

    /// <summary>Names of the files that are taken, with <c>*</c> and <c>?</c>; by default all pictures that are known by their extension.</summary>
    public string? Pattern { get; init; }

    /// <summary>Pictures a second that the time stamps say, 0.1–240.</summary>
    [Range(0.1, 240.0)]
    public double Fps { get; init; } = 1;
}
