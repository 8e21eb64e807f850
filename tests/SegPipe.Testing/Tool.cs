using System.Diagnostics;

namespace SegPipe.Testing;

/// <summary>Runs real programs for tests that compare with them.</summary>
public static class Tool
{
    /// <summary>Runs a program to its end and gives its standard output; throws with its standard error where it fails.</summary>
    public static byte[] Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.ToArray()
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}");
    }

    /// <summary>Runs FFmpeg; the arguments are separated by single blanks, further ones follow whole.</summary>
    public static byte[] Ffmpeg(string arguments, params IEnumerable<string> whole) =>
        Run("ffmpeg", [.. "-nostdin -v error -y".Split(' '), .. arguments.Split(' '), .. whole]);

    /// <summary>Runs ffprobe and gives its lines; the arguments are separated by single blanks.</summary>
    public static string[] Ffprobe(string arguments, string file) =>
        System.Text.Encoding.UTF8.GetString(Run("ffprobe", [.. "-v error".Split(' '), .. arguments.Split(' '), file]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
