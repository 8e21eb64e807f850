namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>A feature map in the graph that is being built.</summary>
/// <param name="Value">Its name.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
internal sealed record Feature(string Value, int Channels, int Height, int Width);
