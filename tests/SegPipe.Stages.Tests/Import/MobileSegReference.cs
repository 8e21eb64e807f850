using SegPipe.Testing.Checkpoints;

namespace SegPipe.Stages.Tests.Import;

/// <summary>PP-MobileSeg as plain loops in double precision, written down from its description and not from the importer.</summary>
internal sealed class MobileSegReference(IReadOnlyDictionary<string, TestTensor> tensors)
{
    private static double Relu(double x) => Math.Max(x, 0);

    private static double Relu6(double x) => Math.Clamp(x, 0, 6);

    private static double HardSwish(double x) => x * Relu6(x + 3) / 6;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The logits of a picture.</summary>
    public NhwcMap Logits(NhwcMap picture)
    {
        var x = Norm("backbone.smb1.conv", picture, 2).Each(HardSwish);
        var maps = new List<NhwcMap>();
        (int Stage, int[] Strides)[] stages = [(1, [1, 2, 1]), (2, [2, 1]), (3, [2, 1]), (4, [2, 1])];
        foreach (var (stage, strides) in stages)
        {
            foreach (var (i, stride) in strides.Index()) x = Block($"backbone.smb{stage}.blocks.{i}", x, stride, stage == 1 ? Relu : HardSwish);
            if (stage >= 3)
            {
                var name = $"backbone.trans{stage - 2}.transformer_blocks.0";
                x = x.Zip(Attention($"{name}.attn", x, stage == 3 ? 16 : 24), (a, b) => a + b);
                var y = Conv($"{name}.mlp.dwconv", Norm($"{name}.mlp.fc1", x)).Each(Relu6);
                x = x.Zip(Norm($"{name}.mlp.fc2", y), (a, b) => a + b);
            }
            if (stage >= 2) maps.Add(x);
        }
        var head = Norm("decode_head.linear_fuse", Fuse(maps[0], maps[1], maps[2])).Each(Relu);
        return Conv("decode_head.conv_seg", head, module: false);
    }

    private NhwcMap Block(string name, NhwcMap x, int stride, Func<double, double> activation)
    {
        var y = Norm($"{name}.expand_conv", x).Each(activation);
        y = Norm($"{name}.bottleneck_conv", y, stride).Each(activation);
        if (tensors.ContainsKey($"{name}.mid_se.conv_act1.conv.weight"))
        {
            var gate = Conv($"{name}.mid_se.conv_act2", Conv($"{name}.mid_se.conv_act1", Mean(Mean(y, false), true)).Each(Relu)).Each(v => Math.Clamp(0.2 * v + 0.5, 0, 1));
            y = y.PerChannel(gate.Values, new double[y.Channels]);
        }
        y = Norm($"{name}.linear_conv", y);
        return stride == 1 && x.Channels == y.Channels ? x.Zip(y, (a, b) => a + b) : y;
    }

    private NhwcMap Attention(string name, NhwcMap input, int keys)
    {
        var x = Norm($"{name}.stride_conv", input, 2);
        var (q, k, v) = (Norm($"{name}.to_q", x), Norm($"{name}.to_k", x), Norm($"{name}.to_v", x));
        double[] all = [.. Enumerable.Range(0, x.Rows * x.Columns).SelectMany(cell => (NhwcMap[])[q, k, v], (cell, map) => map.Values[(cell * map.Channels)..((cell + 1) * map.Channels)]).SelectMany(row => row)];
        var detail = Norm($"{name}.pwconv", Norm($"{name}.dwconv", new(x.Rows, x.Columns, q.Channels + k.Channels + v.Channels, all)).Each(Relu6));
        var row = Axis(name, "row", q, k, v, keys, columns: true);
        var column = Axis(name, "column", q, k, v, keys, columns: false);
        double[] sum = [.. v.Values.Select((value, i) => value + row.Values[i / v.Channels / v.Columns * v.Channels + i % v.Channels] + column.Values[i / v.Channels % v.Columns * v.Channels + i % v.Channels])];
        var gate = Norm($"{name}.proj", (v with { Values = sum }).Each(Relu6)).Each(g => Math.Clamp(g / 6 + 0.5, 0, 1));
        return gate.Zip(detail, (a, b) => a * b).Bilinear(input.Rows, input.Columns);
    }

    private NhwcMap Axis(string name, string axis, NhwcMap q, NhwcMap k, NhwcMap v, int keys, bool columns)
    {
        var query = Mean(q, columns).Values.Zip(Positions($"{name}.pos_emb_{axis}q.pos_embed", q, columns), (a, b) => a + b).ToArray();
        var key = Mean(k, columns).Values.Zip(Positions($"{name}.pos_emb_{axis}k.pos_embed", k, columns), (a, b) => a + b).ToArray();
        var mean = Mean(v, columns);
        var (length, values) = (mean.Rows * mean.Columns, v.Channels * keys / q.Channels);
        var mixed = new double[mean.Values.Length];
        for (var head = 0; head < q.Channels / keys; head++)
        {
            for (var i = 0; i < length; i++)
            {
                double[] scores = [.. Enumerable.Range(0, length).Select(j => Math.Exp(Enumerable.Range(head * keys, keys).Sum(c => query[i * q.Channels + c] * key[j * q.Channels + c]) / Math.Sqrt(keys)))];
                for (var c = head * values; c < (head + 1) * values; c++)
                    mixed[i * v.Channels + c] = Enumerable.Range(0, length).Sum(j => scores[j] * mean.Values[j * v.Channels + c]) / scores.Sum();
            }
        }
        return Norm($"{name}.proj_encode_{axis}", (mean with { Values = mixed }).Each(Relu6));
    }

    private double[] Positions(string name, NhwcMap map, bool columns)
    {
        var (stored, length) = (tensors[name], columns ? map.Rows : map.Columns);
        var positions = new NhwcMap(1, stored.Shape[2], map.Channels, [.. Enumerable.Range(0, stored.Values.Length).Select(i => (double)stored.Values[i % map.Channels * stored.Shape[2] + i / map.Channels])]);
        return positions.Bilinear(1, length).Values;
    }

    private NhwcMap Fuse(NhwcMap x8, NhwcMap x16, NhwcMap x32)
    {
        const string embed = "backbone.inj_module.embedding_list.", gate = "backbone.inj_module.act_embedding_list.";
        if (!tensors.ContainsKey(embed + "2.conv.weight"))
        {
            var near = Norm(gate + "0", x16.Bilinear(x8.Rows, x8.Columns)).Each(Sigmoid);
            var far = Norm(gate + "1", x32).Each(Sigmoid).Bilinear(x8.Rows, x8.Columns);
            return near.Zip(far, (a, b) => a * b).Zip(Norm(embed + "0", x8), (a, b) => a * b).Zip(Norm(embed + "1", x32).Bilinear(x8.Rows, x8.Columns), (a, b) => a + b);
        }
        var fine = Half(x8);
        var middle = x16.Bilinear(fine.Rows, fine.Columns);
        var gates = Norm(gate + "0", fine).Each(Sigmoid).Zip(Norm(gate + "1", middle).Each(Sigmoid), (a, b) => a * b)
            .Zip(Norm(gate + "2", x32).Each(Sigmoid).Bilinear(fine.Rows, fine.Columns), (a, b) => a * b);
        var detail = Norm(embed + "0", fine).Zip(Norm(embed + "1", middle), (a, b) => a + b);
        return gates.Zip(detail, (a, b) => a * b).Zip(Norm(embed + "2", x32).Bilinear(fine.Rows, fine.Columns), (a, b) => a + b);
    }

    private NhwcMap Norm(string name, NhwcMap x, int stride = 1)
    {
        var y = Conv(name, x, stride);
        double[] factors = [.. Vector($"{name}.bn.weight").Zip(Vector($"{name}.bn.running_var"), (gamma, variance) => gamma / Math.Sqrt(variance + 1e-5))];
        return y.PerChannel(factors, [.. Vector($"{name}.bn.bias").Select((beta, c) => beta - Vector($"{name}.bn.running_mean")[c] * factors[c])]);
    }

    private NhwcMap Conv(string name, NhwcMap x, int stride = 1, bool module = true)
    {
        var stem = module ? $"{name}.conv" : name;
        var (weight, pad) = (tensors[$"{stem}.weight"], tensors[$"{stem}.weight"].Shape[2] / 2);
        var (outputs, inputs, kernel) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        // [out, in, rows, columns] to [rows, columns, in, out].
        float[] turned = [.. Enumerable.Range(0, weight.Values.Length).Select(i => weight.Values[(i % outputs * inputs + i / outputs % inputs) * kernel * kernel + i / outputs / inputs])];
        var bias = tensors.TryGetValue($"{stem}.bias", out var given) ? given.Values : new float[outputs];
        return x.Padded(pad, pad, pad, pad).Convolved(turned, bias, kernel, outputs, stride, 1, x.Channels / inputs);
    }

    private float[] Vector(string name) => tensors[name].Values;

    private static NhwcMap Mean(NhwcMap x, bool columns)
    {
        var (rows, cols) = columns ? (x.Rows, 1) : (1, x.Columns);
        var values = new double[rows * cols * x.Channels];
        for (var i = 0; i < x.Values.Length; i++)
        {
            var (row, column, channel) = (i / x.Channels / x.Columns, i / x.Channels % x.Columns, i % x.Channels);
            values[(columns ? row : column) * x.Channels + channel] += x.Values[i] / (columns ? x.Columns : x.Rows);
        }
        return new(rows, cols, x.Channels, values);
    }

    private static NhwcMap Half(NhwcMap x)
    {
        var (rows, columns) = (x.Rows / 2, x.Columns / 2);
        double At(int row, int column, int channel) => x.Values[(row * x.Columns + column) * x.Channels + channel];
        return new(rows, columns, x.Channels, [.. Enumerable.Range(0, rows * columns * x.Channels).Select(i =>
        {
            var (row, column, channel) = (2 * (i / x.Channels / columns), 2 * (i / x.Channels % columns), i % x.Channels);
            return (At(row, column, channel) + At(row, column + 1, channel) + At(row + 1, column, channel) + At(row + 1, column + 1, channel)) / 4;
        })]);
    }
}
