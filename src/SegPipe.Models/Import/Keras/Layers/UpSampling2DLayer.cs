namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Enlarges a map by whole factors.</summary>
[KerasLayer("UpSampling2D")]
internal sealed class UpSampling2DLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var (rows, columns) = call.Config.Pair("size", 2);
        return Interpolation.Resize(call, (long)call.Map.Rows * rows, (long)call.Map.Columns * columns, call.Config.Text("interpolation", "nearest"));
    }
}
