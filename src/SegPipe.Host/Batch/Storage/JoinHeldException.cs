namespace SegPipe.Host.Batch.Storage;

/// <summary>Another worker joins the video: whoever is asked to looks again in a while, which is no try.</summary>
/// <param name="job">The video's job.</param>
/// <param name="inner">What told so, or null.</param>
internal sealed class JoinHeldException(string job, Exception? inner = null)
    : SegPipeException(ExitCode.IoError, $"{job} is being joined by another worker.", "It is looked at again in a while.", inner);
