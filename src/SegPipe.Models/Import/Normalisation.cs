namespace SegPipe.Models.Import;

/// <summary>The four ways in which published segmentation networks want colours: <c>(rgb / 255 − mean) · scale</c>.</summary>
internal enum Normalisation
{
    /// <summary>Mean .485 .456 .406, deviation .229 .224 .225.</summary>
    Imagenet,

    /// <summary>−1 to 1: <c>rgb / 127.5 − 1</c>.</summary>
    Signed,

    /// <summary>0 to 1: <c>rgb / 255</c>.</summary>
    Unit,

    /// <summary>0 to 255, as floats.</summary>
    Bytes,
}

/// <summary>The numbers behind the words.</summary>
internal static class Normalisations
{
    /// <summary>Means and factors in the order red, green, blue.</summary>
    public static (IReadOnlyList<float> Mean, IReadOnlyList<float> Scale) Numbers(this Normalisation word) => word switch
    {
        Normalisation.Imagenet => ([0.485f, 0.456f, 0.406f], [1 / 0.229f, 1 / 0.224f, 1 / 0.225f]),
        Normalisation.Signed => ([0.5f, 0.5f, 0.5f], [2, 2, 2]),
        Normalisation.Unit => ([0, 0, 0], [1, 1, 1]),
        Normalisation.Bytes => ([0, 0, 0], [255, 255, 255]),
        _ => throw new ArgumentOutOfRangeException(nameof(word)),
    };
}
