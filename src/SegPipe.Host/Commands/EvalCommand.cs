using System.CommandLine;
using SegPipe.Host.Evaluation;
using SegPipe.Host.Segmenting;
using SegPipe.Models;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe eval</c>: measures a model against true class maps.</summary>
internal sealed class EvalCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "NAME|PATH", Description = "The model.", DefaultValueFactory = _ => ModelCatalog.Default };

    private readonly Option<string?> _images = new("--images") { HelpName = "DIR", Description = "A folder of pictures, with --labels." };

    private readonly Option<string?> _labels = new("--labels") { HelpName = "DIR", Description = "The folder of their class maps: gray or indexed PNG, called like the pictures." };

    private readonly Option<string?> _video = new("--video") { HelpName = "FILE", Description = "A video, with --label-video." };

    private readonly Option<string?> _labelVideo = new("--label-video") { HelpName = "FILE", Description = "Its class maps as a lossless gray video, values are class numbers." };

    private readonly Option<SegmentMode> _mode = TypedOption.Word<SegmentMode>("--mode", "How class maps are upsampled.");

    private readonly Option<EvaluationFormat> _format = TypedOption.Word<EvaluationFormat>("--format", "Form of the result.");

    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var self = new EvalCommand();
        var options = new RunOptions(console, globals);
        var command = new Command("eval", "Measure a model against true class maps: mIoU, pixel accuracy, a table by class.")
        {
            self._model, self._images, self._labels, self._video, self._labelVideo, self._mode, self._format, options.Report, options.ShutdownTimeout,
        };
        command.SetAction((parsed, _) => self.RunAsync(parsed, console, options));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console, RunOptions options)
    {
        var text = Pipeline(parsed);
        var model = ModelFile.Load(ModelCatalog.Find(parsed.GetRequiredValue(_model)));
        var (code, matrix) = await new Evaluator(console, options.Settings(parsed)).RunAsync(text, model.Path).ConfigureAwait(false);
        if (matrix is not null)
        {
            var report = new EvaluationReport(model.Card.Name, model.Card.Classes, matrix);
            if (parsed.GetValue(_format) == EvaluationFormat.Json) console.Out.WriteLine(report.Json());
            else foreach (var line in report.Lines()) console.Out.WriteLine(line);
        }
        return (int)code;
    }

    private string Pipeline(ParseResult parsed)
    {
        var (input, truth, isVideo) = (parsed.GetValue(_images), parsed.GetValue(_labels), parsed.GetValue(_video), parsed.GetValue(_labelVideo)) switch
        {
            ({ } images, { } labels, null, null) => (images, labels, false),
            (null, null, { } video, { } labels) => (video, labels, true),
            _ => throw new SegPipeException(ExitCode.Usage, "Something to measure on is missing, or there is too much of it.", "Give --images DIR --labels DIR, or --video FILE --label-video FILE."),
        };
        foreach (var path in (string[])[input, truth])
        {
            if (!(isVideo ? File.Exists(path) : Directory.Exists(path)))
                throw new SegPipeException(ExitCode.InputMissing, $"There is no {(isVideo ? "file" : "folder")} {path}.", "Check the path.");
        }
        return EvaluationYaml.Write(input, truth, isVideo, parsed.GetValue(_mode));
    }
}
