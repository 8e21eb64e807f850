namespace SegPipe.Host.Batch.Running;

/// <summary>Keeps two videos from one output, and outputs from overwriting a video.</summary>
internal static class OutputClaims
{
    /// <summary>Claims the outputs of a video.</summary>
    /// <param name="outputs">Full paths that are written for it.</param>
    /// <param name="input">The video.</param>
    /// <param name="claimed">Who writes what, so far; added to.</param>
    /// <param name="inputs">All videos.</param>
    /// <exception cref="SegPipeException">73 if another video has claimed one of them, or one is a video itself.</exception>
    public static void Claim(IEnumerable<string> outputs, string input, Dictionary<string, string> claimed, IReadOnlySet<string> inputs)
    {
        foreach (var output in outputs)
        {
            if (inputs.Contains(output)) throw new SegPipeException(ExitCode.CannotCreate, $"{input} would be written to {output}, which is an input.", "Choose another --out, or another path in the pipeline.");
            if (!claimed.TryAdd(output, input))
                throw new SegPipeException(ExitCode.CannotCreate, $"{input} would be written to {output}, as {claimed[output]} is.", "Put ${input.dir} into the pipeline's path, as in ${output.dir}/${input.dir}/${input.stem}.mp4, or rename the video.");
        }
    }
}
