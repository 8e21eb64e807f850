using System.Text.Json;

namespace SegPipe.Models.Import.Keras.Layers;

/// <summary>Zeros around a map.</summary>
[KerasLayer("ZeroPadding2D")]
internal sealed class ZeroPadding2DLayer : IKerasLayer
{
    public KerasTensor Convert(KerasLayerCall call)
    {
        var padding = Read(call);
        if (padding.Top < 0 || padding.Bottom < 0 || padding.Left < 0 || padding.Right < 0) throw call.Fault("padding is negative");
        var padded = new PaddedTensor(call.Map, padding, call.Layer.Name);
        call.Shaped([.. padded.Shape]);
        return padded;
    }

    private static KerasPadding Read(KerasLayerCall call)
    {
        if (call.Config.List("padding") is not [{ ValueKind: JsonValueKind.Array } rows, { ValueKind: JsonValueKind.Array } columns])
        {
            var (top, left) = call.Config.Pair("padding", 1, min: 0);
            return new(top, top, left, left);
        }

        if (rows.GetArrayLength() != 2 || columns.GetArrayLength() != 2) throw call.Fault("padding is not two pairs");
        int Zeros(JsonElement pair, int at) => call.Config.Whole("padding", pair[at]);
        return new(Zeros(rows, 0), Zeros(rows, 1), Zeros(columns, 0), Zeros(columns, 1));
    }
}
