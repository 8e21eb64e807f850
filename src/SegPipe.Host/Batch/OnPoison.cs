namespace SegPipe.Host.Batch;

/// <summary>What becomes of a video one of whose segments cannot be made.</summary>
internal enum OnPoison
{
    /// <summary>It is given up: no outputs.</summary>
    Fail,

    /// <summary>Its outputs lack the segment's pictures; all others have their times and numbers.</summary>
    Gap,
}
