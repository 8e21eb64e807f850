namespace SegPipe.Frames;

/// <summary>Class maps, one byte a pixel: the class, 255 for none.</summary>
public sealed record LabelsFormat : Format
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.Labels;

    /// <inheritdoc/>
    public override int? FrameBytes => checked(Size.Width * Size.Height);

    /// <summary>Columns and rows.</summary>
    public required PictureSize Size { get; init; }

    /// <summary>The classes.</summary>
    public required ClassTable Classes { get; init; }
}
