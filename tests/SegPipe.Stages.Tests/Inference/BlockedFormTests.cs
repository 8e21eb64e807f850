using SegPipe.Configuration;
using SegPipe.Models;
using SegPipe.Models.Onnx;

namespace SegPipe.Stages.Inference;

public sealed class BlockedFormTests
{
    private static readonly ModelFile Street = ModelFile.Load(Home.Asset("street-tiny.onnx"));

    [Fact]
    public void The_demonstration_model_is_rewritten_in_memory_and_gives_the_same_logits()
    {
        var blocked = BlockedForm.Of(Street);

        Assert.NotNull(blocked);
        Assert.Equal(7, ModelProto.Parser.ParseFrom(blocked).Graph.Node.Count(node => node.Name.EndsWith("/wide", StringComparison.Ordinal)));
        float[] before = Logits(File.ReadAllBytes(Street.Path)), after = Logits(blocked);
        var largest = before.Max(MathF.Abs);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * largest));
    }

    [Fact]
    public void What_puts_out_classes_or_is_for_an_older_operator_set_is_loaded_as_it_is()
    {
        Assert.Null(BlockedForm.Of(Street with { Card = Street.Card with { Output = Street.Card.Output with { Kind = Frames.LogitsContent.Labels } } }));
        Assert.Null(BlockedForm.Of(Street with { Graph = Street.Graph with { Opset = 12 } }));
    }

    private static float[] Logits(byte[] model)
    {
        var picture = new byte[3 * sizeof(float) * Street.Card.Input.Size.Width * Street.Card.Input.Size.Height];
        var random = new Random(7);
        foreach (ref var value in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(picture.AsSpan())) value = 2 * random.NextSingle() - 1;
        float[] logits = [];
        using var run = new NetworkRuns().Open(model, Street.Card.Input);
        run.Run(picture, (_, _, values) => logits = values.ToArray());
        return logits;
    }
}
