using SegPipe.Frames;

namespace SegPipe.Models.Import.TensorFlow;

/// <summary>A value of the network under construction: one plane a channel.</summary>
/// <param name="Name">Its name in the ONNX graph, where it is [1, channels, height, width].</param>
/// <param name="Channels">Number of planes.</param>
/// <param name="Size">Columns and rows.</param>
/// <param name="Published">Columns and rows that it has at the input size for which the file was made.</param>
internal sealed record Feature(string Name, int Channels, PictureSize Size, PictureSize Published);
