using System.CommandLine;
using SegPipe.Host.Evaluation;
using SegPipe.Host.Running;
using SegPipe.Host.Segmenting;
using SegPipe.Models;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models compare</c>: how far the class maps of two models agree, as of a float and a quantised import.</summary>
internal sealed class CompareCommand
{
    private readonly Argument<string> _first = new("A") { Description = "A model: an ONNX file, or a name." };

    private readonly Argument<string> _second = new("B") { Description = "Another one with the same classes." };

    private readonly Option<string> _images = new("--images") { HelpName = "DIR", Description = "A folder of pictures.", Required = true };

    private readonly Option<SegmentMode> _mode = TypedOption.Word<SegmentMode>("--mode", "How class maps are upsampled.");

    private readonly Option<EvaluationFormat> _format = TypedOption.Word<EvaluationFormat>("--format", "Form of the result.");

    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var self = new CompareCommand();
        var options = new RunOptions(console, globals);
        var command = new Command("compare", "Compare two models on pictures: share of equal pixels, mIoU, a table by class.")
        {
            self._first, self._second, self._images, self._mode, self._format, options.ShutdownTimeout,
        };
        command.SetAction((parsed, _) => self.RunAsync(parsed, console, options.Settings(parsed)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console, RunSettings settings)
    {
        var (first, second) = (Load(parsed.GetRequiredValue(_first)), Load(parsed.GetRequiredValue(_second)));
        if (first.Card.Classes.Count != second.Card.Classes.Count)
            throw new SegPipeException(ExitCode.Usage, $"{first.Card.Name} has {first.Card.Classes.Count} classes, {second.Card.Name} {second.Card.Classes.Count}.", "Only models with the same classes can be compared.");
        var images = parsed.GetRequiredValue(_images);
        if (!Directory.Exists(images)) throw new SegPipeException(ExitCode.InputMissing, $"There is no folder {images}.", "Check the path.");
        var kept = Directory.CreateTempSubdirectory("segpipe-compare-");
        try
        {
            var code = await SegmentAsync(first, images, kept.FullName, parsed.GetValue(_mode), console, settings).ConfigureAwait(false);
            if (code != ExitCode.Done) return (int)code;
            var text = EvaluationYaml.Write(images, kept.FullName, isVideo: false, parsed.GetValue(_mode));
            (code, var matrix) = await new Evaluator(console, settings).RunAsync(text, second.Path).ConfigureAwait(false);
            if (matrix is not null) Write(new(first.Card.Name, second.Card.Name, first.Card.Classes, matrix), parsed.GetValue(_format), console);
            return (int)code;
        }
        finally
        {
            kept.Delete(recursive: true);
        }
    }

    private static ModelFile Load(string nameOrPath) => ModelFile.Load(ModelCatalog.Find(nameOrPath));

    /// <summary>Leaves the class maps of a model in a folder.</summary>
    private static Task<ExitCode> SegmentAsync(ModelFile model, string images, string folder, SegmentMode mode, HostConsole console, RunSettings settings)
    {
        var request = new SegmentRequest { Inputs = [images], Model = model.Path, Labels = folder, Mode = mode, Opacity = 0 };
        var definitions = new PipelineLoader(console) { OutputRoot = "/" }.Read([new(images, SegmentYaml.Write(new(images, InputKind.Folder, null, folder), request))]);
        return new PipelineRunner(console, settings with { NamesPlaces = false, ShowsReport = console.Verbosity > 0 }).RunAsync(definitions);
    }

    private static void Write(ComparisonReport report, EvaluationFormat format, HostConsole console)
    {
        if (format == EvaluationFormat.Json) console.Out.WriteLine(report.Json());
        else foreach (var line in report.Lines()) console.Out.WriteLine(line);
    }
}
