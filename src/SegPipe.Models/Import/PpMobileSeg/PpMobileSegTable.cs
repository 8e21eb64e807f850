namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>What follows a convolution.</summary>
internal enum Activation
{
    None,
    Relu,
    Relu6,
    HardSwish,
}

/// <summary>A stage of inverted residual blocks, and of transformer blocks behind it.</summary>
/// <param name="Name">Its module, below <c>backbone</c>.</param>
/// <param name="Activation">Activation of its blocks.</param>
/// <param name="Strides">Stride of each block.</param>
/// <param name="Transformer">Module of the transformer blocks, or null.</param>
/// <param name="KeyChannels">Channels of a query and of a key, for each head.</param>
internal sealed record Stage(string Name, Activation Activation, int[] Strides, string? Transformer = null, int KeyChannels = 0);

/// <summary>A published variant: the channels at 1/8, 1/16 and 1/32 and the transformer blocks of the last two.</summary>
internal sealed record Variant(string Family, int[] Channels, int[] TransformerBlocks);

/// <summary>
/// What the shapes of the tensors do not tell of PP-MobileSeg; it is the same for Base and Tiny. Widths, kernels, blocks with squeeze
/// and excitation, heads, depths and the form of the fusion come from the tensors.
/// </summary>
internal static class PpMobileSegTable
{
    /// <summary>The stages, from 1/2 of the input on.</summary>
    public static readonly Stage[] Stages =
    [
        new("smb1", Activation.Relu, [1, 2, 1]),
        new("smb2", Activation.HardSwish, [2, 1]),
        new("smb3", Activation.HardSwish, [2, 1], "trans1", 16),
        new("smb4", Activation.HardSwish, [2, 1], "trans2", 24),
    ];

    /// <summary>The stage whose output goes into the fusion as it is.</summary>
    public const string Detail = "smb2";

    /// <summary>Name of a network that is none of the published variants.</summary>
    public const string Family = "pp_mobileseg";

    private static readonly Variant[] Variants =
    [
        new("pp_mobileseg_base", [64, 128, 192], [3, 3]),
        new("pp_mobileseg_tiny", [32, 64, 128], [2, 2]),
    ];

    /// <summary>The family's name, with the variant where channels and depths are those of one.</summary>
    public static string FamilyOf(IEnumerable<int> channels, IEnumerable<int> transformerBlocks) =>
        Variants.FirstOrDefault(v => v.Channels.SequenceEqual(channels) && v.TransformerBlocks.SequenceEqual(transformerBlocks))?.Family ?? Family;
}
