using System.Globalization;
using System.Text.RegularExpressions;

namespace SegPipe.Sinks;

/// <summary>
/// Names of the files that one recording is cut into: <c>NAME-20260131T235959Z.mp4</c>, the time being that of the first packet in UTC;
/// a second one of the same second is <c>NAME-20260131T235959Z-2.mp4</c>. They sort by time.
/// </summary>
/// <param name="path">Full path that the recording would have in one piece.</param>
internal sealed class SegmentNames(string path)
{
    private const string Partial = ".partial";

    private readonly string _folder = Path.GetDirectoryName(path)!;
    private readonly Regex _ours = new(
        $@"^{Regex.Escape(Path.GetFileNameWithoutExtension(path))}-(?<time>\d{{8}}T\d{{6}}Z)(-(?<number>\d+))?{Regex.Escape(Path.GetExtension(path))}(?<partial>\.partial)?$",
        RegexOptions.CultureInvariant);

    /// <summary>A name that no file has, finished or not.</summary>
    public string Next(DateTime start)
    {
        var stem = string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(path, null)}-{start:yyyyMMdd'T'HHmmss'Z'}");
        var extension = Path.GetExtension(path);
        var name = stem + extension;
        for (var number = 2; Path.Exists(name) || Path.Exists(name + Partial); number++)
            name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}{extension}");
        return name;
    }

    /// <summary>Files that a run which was killed left unfinished, by the names that they would have got.</summary>
    public IReadOnlyList<string> Unfinished() => [.. Matches(partial: true).Select(file => file[..^Partial.Length])];

    /// <summary>The finished files, oldest first.</summary>
    public IReadOnlyList<string> Finished() => Matches(partial: false);

    private List<string> Matches(bool partial) =>
    [
        .. from file in Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder) : []
           let match = _ours.Match(Path.GetFileName(file))
           where match.Success && match.Groups["partial"].Success == partial
           orderby match.Groups["time"].Value, match.Groups["number"].Length, match.Groups["number"].Value
           select file,
    ];
}
