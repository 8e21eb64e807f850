using SegPipe.Frames;
using SegPipe.Models.Onnx;
using SegPipe.Pictures;

namespace SegPipe.Models.Import;

/// <summary>What an import made.</summary>
/// <param name="Container">Kind of the original.</param>
/// <param name="Model">The finished model.</param>
/// <param name="Report">What was found and done.</param>
/// <param name="Check">Its first run.</param>
internal sealed record ImportResult(string Container, ModelFile Model, ImportReport Report, CheckedRun Check);

/// <summary>Turns a published file into a model with a card: recognises it, converts it, cuts its head, runs it once and only then gives it its name.</summary>
/// <param name="check">The runtime that the result is meant for.</param>
internal sealed class ModelImport(INetworkCheck check)
{
    /// <summary>Imports one model.</summary>
    /// <param name="path">A file, a SavedModel folder, or a checkpoint's prefix or <c>.index</c>.</param>
    /// <param name="target">The ONNX file to be written; an older one is replaced.</param>
    /// <param name="options">What the command line says.</param>
    /// <exception cref="SegPipeException">64 to 78, whatever is wrong with the file, the options or the result; nothing is left behind then.</exception>
    public ImportResult Run(string path, string target, ImportOptions options)
    {
        var source = new ImportSource(path);
        var importer = Importers.For(source);
        var report = new ImportReport();
        var network = Overridden(importer.Import(source, options, report), options);
        var model = network.Graph.Build();
        var input = network.Input.Size;
        var head = options.KeepHead ? Whole(model, check) : HeadCutter.Find(model, input, check);
        report.Cut.AddRange(head.Cut);
        var output = OutputShaping.Apply(network.Graph, head, input, options.Classes?.Count ?? network.Classes?.Count);
        if (output.Kind == LogitsContent.Labels) report.Warnings.Add("the network puts out classes, no logits: vim_upsample enlarges them to the nearest, so borders are as coarse as its output");
        var hash = SourceHash.Of(source);
        var published = PublishedModels.All().FirstOrDefault(model => model.Sha256 is { } known && hash.StartsWith(known, StringComparison.Ordinal));
        var card = new ModelCard
        {
            Name = options.Name,
            Family = network.Family,
            Input = network.Input,
            Output = new() { Name = output.Name, Kind = output.Kind, Size = output.Size, Coordinates = head.Coordinates ?? network.Coordinates },
            Classes = KnownClasses.For(output.Planes, options.Classes, network.Classes ?? ClassesOf(published), report),
            Batch = 1,
            Training = network.Training,
            Licence = network.Licence ?? published?.Licence,
            Source = source.Name,
            Sha256 = hash,
        };
        var (file, run) = new ModelWriting(check).Write(model, card, target);
        return new(importer.Container, file, report, run);
    }

    private static ImportedNetwork Overridden(ImportedNetwork network, ImportOptions options)
    {
        var input = network.Input;
        if (options.Normalisation is { } normalisation && input.Element == ElementType.Float32)
        {
            var (mean, scale) = normalisation.Numbers();
            input = input.Order == ChannelOrder.Rgb ? input with { Mean = mean, Scale = scale } : input with { Mean = [.. mean.Reverse()], Scale = [.. scale.Reverse()] };
        }

        return network with { Family = options.Family ?? network.Family, Input = input };
    }

    private static ClassTable? ClassesOf(PublishedModel? published) => published?.Classes is { } name ? Palette.Load(name).Classes : null;

    private static Head Whole(ModelProto model, INetworkCheck check)
    {
        var output = model.Graph.Output[0].Name;
        return new(output, check.Outputs(ModelBytes.WithOutputs(model, [output]))[0], null, null, []);
    }
}
