using SegPipe.Models.Import.Pickle;

namespace SegPipe.Models.Import.PpMobileSeg;

/// <summary>Brings the tensors' names of both frameworks to one form: MMSegmentation's.</summary>
internal static class PpMobileSegNames
{
    /// <summary>The first convolution, in the common form: where its name ends, the prefix of all names begins.</summary>
    public const string Stem = "backbone.smb1.conv.conv.weight";

    // PaddleSeg's parts of names, which occur in no name of MMSegmentation.
    private static readonly (string Paddle, string Common)[] Parts =
    [
        (".stride_conv.0.", ".stride_conv.conv."),
        (".stride_conv.1.", ".stride_conv.bn."),
        (".mid_se.conv1.", ".mid_se.conv_act1.conv."),
        (".mid_se.conv2.", ".mid_se.conv_act2.conv."),
        (".proj.1.", ".proj."),
        (".proj_encode_row.1.", ".proj_encode_row."),
        (".proj_encode_column.1.", ".proj_encode_column."),
        (".mlp.dwconv.weight", ".mlp.dwconv.conv.weight"),
        (".mlp.dwconv.bias", ".mlp.dwconv.conv.bias"),
        (".c.weight", ".conv.weight"),
        ("._mean", ".running_mean"),
        ("._variance", ".running_var"),
    ];

    /// <summary>The tensors by their common names, without what wrappers of training put in front; null where these are of another network.</summary>
    public static Dictionary<string, StoredTensor>? Common(IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        var common = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, tensor) in tensors) common[Parts.Aggregate(name, (n, part) => n.Replace(part.Paddle, part.Common, StringComparison.Ordinal))] = tensor;
        if (common.Keys.FirstOrDefault(n => n.EndsWith(Stem, StringComparison.Ordinal)) is not { } stem) return null;
        var prefix = stem[..^Stem.Length];
        return common.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value, StringComparer.Ordinal);
    }
}
