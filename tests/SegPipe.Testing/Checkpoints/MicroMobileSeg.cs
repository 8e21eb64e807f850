namespace SegPipe.Testing.Checkpoints;

/// <summary>A PP-MobileSeg of the smallest widths with seeded weights, under the names of either framework.</summary>
public sealed class MicroMobileSeg
{
    private readonly Random _random = new(4);

    /// <summary>The tensors under MMSegmentation's names.</summary>
    public Dictionary<string, TestTensor> Tensors { get; } = [];

    /// <summary>Makes a network.</summary>
    /// <param name="classes">Its classes.</param>
    /// <param name="gated">Whether the fusion is the form with three gates, else the one with two.</param>
    /// <param name="positions">Length of its position embeddings.</param>
    public static MicroMobileSeg Create(int classes = 4, bool gated = true, int positions = 16)
    {
        var net = new MicroMobileSeg();
        net.Conv("backbone.smb1.conv", 3, 4, 3);
        int[][] stages = [[4, 8, 6], [8, 8], [12, 12], [16, 16]];
        var channels = 4;
        for (var s = 0; s < stages.Length; s++)
        {
            foreach (var (i, width) in stages[s].Index()) channels = net.Block($"backbone.smb{s + 1}.blocks.{i}", channels, width, s == 0 ? 3 : 5, s > 0 || i == 0);
            if (s >= 2) net.Transformer($"backbone.trans{s - 1}.transformer_blocks.0", channels, s == 2 ? 16 : 24, positions);
        }
        net.Fusion(gated, [8, 12, 16]);
        net.Conv("decode_head.linear_fuse", 1, 10, 1);
        net.Add("decode_head.conv_seg.weight", classes, 10, 1, 1);
        net.Add("decode_head.conv_seg.bias", classes);
        return net;
    }

    /// <summary>The tensors under PaddleSeg's names.</summary>
    public Dictionary<string, TestTensor> Paddle() => Tensors.Where(t => !t.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToDictionary(t => PaddleName(t.Key), t => t.Value);

    private static string PaddleName(string name)
    {
        name = name.Replace("running_mean", "_mean").Replace("running_var", "_variance");
        if (name.Contains(".stride_conv.")) return name.Replace("stride_conv.conv", "stride_conv.0").Replace("stride_conv.bn", "stride_conv.1");
        if (name.Contains(".mid_se.")) return name.Replace("conv_act1.conv", "conv1").Replace("conv_act2.conv", "conv2");
        if (name.Contains(".mlp.dwconv.")) return name.Replace("dwconv.conv", "dwconv");
        foreach (var projection in (string[])["proj", "proj_encode_row", "proj_encode_column"]) name = name.Replace($".{projection}.", $".{projection}.1.");
        return name.Contains("inj_module") || name.Contains("decode_head") ? name : name.Replace(".conv.weight", ".c.weight");
    }

    private void Fusion(bool gated, int[] channels)
    {
        for (var i = 0; i < 3; i++)
        {
            if (gated || i != 1) Conv($"backbone.inj_module.embedding_list.{(gated || i == 0 ? i : 1)}", channels[i], 10, 1);
            if (gated || i != 0) Conv($"backbone.inj_module.act_embedding_list.{(gated ? i : i - 1)}", channels[i], 10, 1);
        }
    }

    private int Block(string name, int inputs, int outputs, int kernel, bool excited)
    {
        var wide = 2 * inputs;
        Conv($"{name}.expand_conv", inputs, wide, 1);
        Conv($"{name}.bottleneck_conv", 1, wide, kernel);
        if (excited) Conv($"{name}.mid_se.conv_act1", wide, wide / 4, 1, normalised: false, biased: true);
        if (excited) Conv($"{name}.mid_se.conv_act2", wide / 4, wide, 1, normalised: false, biased: true);
        Conv($"{name}.linear_conv", wide, outputs, 1);
        return outputs;
    }

    private void Transformer(string name, int channels, int keys, int positions)
    {
        Conv($"{name}.attn.stride_conv", 1, channels, 3, biased: true);
        foreach (var (part, width) in (IEnumerable<(string, int)>)[("to_q", keys), ("to_k", keys), ("to_v", 2 * keys)]) Conv($"{name}.attn.{part}", channels, width, 1);
        Conv($"{name}.attn.proj", 2 * keys, channels, 1);
        foreach (var axis in (string[])["row", "column"])
        {
            Conv($"{name}.attn.proj_encode_{axis}", 2 * keys, 2 * keys, 1);
            Add($"{name}.attn.pos_emb_{axis}q.pos_embed", 1, keys, positions);
            Add($"{name}.attn.pos_emb_{axis}k.pos_embed", 1, keys, positions);
        }
        Conv($"{name}.attn.dwconv", 1, 4 * keys, 3);
        Conv($"{name}.attn.pwconv", 4 * keys, channels, 1);
        Conv($"{name}.mlp.fc1", channels, 2 * channels, 1);
        Conv($"{name}.mlp.dwconv", 1, 2 * channels, 3, normalised: false, biased: true);
        Conv($"{name}.mlp.fc2", 2 * channels, channels, 1);
    }

    private void Conv(string name, int inputs, int outputs, int kernel, bool normalised = true, bool biased = false)
    {
        Add($"{name}.conv.weight", outputs, inputs, kernel, kernel);
        if (biased) Add($"{name}.conv.bias", outputs);
        if (!normalised) return;
        Add($"{name}.bn.weight", outputs);
        Add($"{name}.bn.bias", outputs);
        Add($"{name}.bn.running_mean", outputs);
        Tensors[$"{name}.bn.running_var"] = new([outputs], [.. Enumerable.Range(0, outputs).Select(_ => 0.5f + _random.NextSingle())]);
        Tensors[$"{name}.bn.num_batches_tracked"] = new([], [1]);
    }

    private void Add(string name, params int[] shape) =>
        Tensors[name] = new(shape, [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => _random.NextSingle() - 0.4f)]);
}
