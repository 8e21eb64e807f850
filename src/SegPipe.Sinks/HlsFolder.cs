using System.Globalization;
using System.Text.RegularExpressions;
using SegPipe.Media;
using SegPipe.Outputs;

namespace SegPipe.Sinks;

/// <summary>The folder of an HLS stream between the children that write it: numbers go on rising, what nobody asks for any more goes.</summary>
internal sealed partial class HlsFolder(string path)
{
    private const string EndTag = "#EXT-X-ENDLIST\n";

    private string Playlist => Path.Combine(path, HlsArguments.Playlist);

    /// <summary>Prepares for a child: gives the number of its first segment, and removes what earlier ones left but for the newest segments.</summary>
    /// <param name="keep">Earlier segments that players may still be reading.</param>
    /// <exception cref="SegPipeException">73 if the folder cannot be made, 74 if it cannot be cleared.</exception>
    public long Begin(int keep)
    {
        OutputPath.MakeFolder(path);
        try
        {
            var files = Directory.EnumerateFiles(path).Select(file => (Path: file, Match: Ours().Match(Path.GetFileName(file)))).Where(f => f.Match.Success)
                .Select(f => (f.Path, Number: long.Parse(f.Match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture), Init: f.Match.Groups["init"].Success, Torn: f.Match.Groups["torn"].Success))
                .ToList();
            var next = files.Select(f => f.Number + 1).DefaultIfEmpty().Max();
            var oldest = next - keep;
            var inits = files.Where(f => f.Init).Select(f => f.Number).Order().ToArray();
            foreach (var file in files)
            {
                // An init file serves the segments up to the next one.
                var last = file.Init ? inits.FirstOrDefault(n => n > file.Number, next) - 1 : file.Number;
                if (file.Torn || last < oldest) File.Delete(file.Path);
            }
            return next;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SegPipeException(ExitCode.IoError, $"{path} could not be cleared: {refused.Message}", "Check the disk.", refused);
        }
    }

    /// <summary>Says in the playlist that nothing more will come.</summary>
    /// <exception cref="SegPipeException">74 if it cannot be written.</exception>
    public void End()
    {
        if (!File.Exists(Playlist)) return;
        var text = File.ReadAllText(Playlist);
        if (text.EndsWith(EndTag, StringComparison.Ordinal)) return;
        using var file = new PartialFile(Playlist);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text + EndTag));
        file.Complete();
    }

    [GeneratedRegex(@"^(?<init>init-)?(?<number>\d{8})\.(m4s|ts|mp4)(?<torn>\.tmp)?$")]
    private static partial Regex Ours();
}
