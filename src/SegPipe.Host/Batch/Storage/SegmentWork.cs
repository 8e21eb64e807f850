namespace SegPipe.Host.Batch.Storage;

/// <summary>The unit that is worked on, whoever does it.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Index">Place of the segment in the job's plan.</param>
/// <param name="ConfigHash">What its result belongs to.</param>
internal sealed record SegmentWork(string Job, int Index, string ConfigHash);
