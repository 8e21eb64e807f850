namespace SegPipe.Models.Import.TensorFlow;

/// <summary>TensorFlow's numbers of element types, as far as they are read.</summary>
internal enum ElementKind
{
    Float = 1,
    Double = 2,
    Int32 = 3,
    UInt8 = 4,
    Text = 7,
    Int64 = 9,
    Bool = 10,
    BFloat16 = 14,
    Half = 19,
}

/// <summary>Sizes of the element types.</summary>
internal static class ElementKindExtensions
{
    /// <summary>Bytes of an element, or 0 for a type that is not read.</summary>
    public static int Bytes(this ElementKind kind) => kind switch
    {
        ElementKind.UInt8 or ElementKind.Bool => 1,
        ElementKind.Half or ElementKind.BFloat16 => 2,
        ElementKind.Float or ElementKind.Int32 => 4,
        ElementKind.Double or ElementKind.Int64 => 8,
        _ => 0,
    };

    /// <summary>Whether values of the type are kept as floating-point numbers.</summary>
    public static bool IsReal(this ElementKind kind) => kind is ElementKind.Float or ElementKind.Double or ElementKind.Half or ElementKind.BFloat16;
}
