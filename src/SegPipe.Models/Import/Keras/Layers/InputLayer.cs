using System.Text.Json;
using SegPipe.Models.Onnx;

namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>The picture: rows and columns of the file, or those that are asked for.</summary>
[KerasLayer("InputLayer")]
internal sealed class InputLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var axes = call.Config.List("batch_shape") ?? call.Config.List("batch_input_shape") ?? throw call.Fault("its shape is not given");
        if (call.Graph.Graph.Input.Count > 0) throw call.Fault("it is a second input");
        if (axes.Length != 4) throw call.Fault($"it has {axes.Length} axes instead of batch, rows, columns and channels");
        if (call.Config.Whole("channels", axes[3]) != 3) throw call.Fault("it does not have the three channels of a picture");
        var (rows, columns) = call.Options.InputSize is { } size ? (size.Height, size.Width) : (Length(call, axes[1]), Length(call, axes[2]));
        var shape = call.Shaped(rows, columns, 3);
        return new(shape, call.Graph.Input(call.Layer.Name, OnnxType.Float, 1, 3, rows, columns));
    }

    private static int Length(KerasLayerCall call, JsonElement axis) =>
        axis.ValueKind == JsonValueKind.Null ? throw call.Fault("its size is open; give one with --input-size WxH") : call.Config.Whole("shape", axis);
}
