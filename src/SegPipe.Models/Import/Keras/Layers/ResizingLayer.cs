namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Brings a map to a size.</summary>
[KerasLayer("Resizing")]
internal sealed class ResizingLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        if (call.Config.Flag("crop_to_aspect_ratio", false) || call.Config.Flag("pad_to_aspect_ratio", false)) throw call.Fault("keeping the aspect ratio is not supported");
        if (call.Config.Flag("antialias", false)) throw call.Fault("antialias is not supported");
        return Interpolation.Resize(call, call.Config.Whole("height", 0), call.Config.Whole("width", 0), call.Config.Text("interpolation", "bilinear"));
    }
}
