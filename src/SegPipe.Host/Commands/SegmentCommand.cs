using System.CommandLine;
using SegPipe.Host.Running;
using SegPipe.Host.Segmenting;
using SegPipe.Models;
using SegPipe.Runtime;

namespace SegPipe.Host.Commands;

/// <summary><c>segpipe segment</c>: builds the pipeline for some inputs and runs it.</summary>
internal sealed class SegmentCommand
{
    private readonly Argument<string[]> _inputs = new("INPUT")
    {
        Arity = ArgumentArity.OneOrMore,
        Description = "Videos, pictures, or folders of pictures.",
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        HelpName = "NAME|PATH",
        Description = "The model.",
        DefaultValueFactory = _ => ModelCatalog.Default,
    };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        HelpName = "PATH",
        Description = "Where the overlay goes: a file, or a folder for several inputs; <stem>.segmented.<ext> where neither this nor --labels is given.",
    };

    private readonly Option<string?> _labels = new("--labels")
    {
        HelpName = "PATH",
        Description = "Write class maps as 8-bit gray PNG: a file for one picture, else a folder.",
    };

    private readonly Option<bool> _atModelSize = new("--at-model-size") { Description = "Write the class maps at the model's own input size." };

    private readonly Option<SegmentMode> _mode = TypedOption.Word<SegmentMode>("--mode", "How class maps are upsampled.");

    private readonly Option<double> _opacity = TypedOption.Number("--opacity", "Share of the class colours in the overlay.", 0.5, 0, 1);

    private readonly Option<bool> _print = new("--print-pipeline") { Description = "Print the pipeline as YAML instead of running it." };

    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var self = new SegmentCommand();
        var options = new RunOptions(console, globals);
        var command = new Command("segment", "Segment videos or pictures without writing a pipeline.")
        {
            self._inputs, self._out, self._labels, self._atModelSize, self._model, self._mode, self._opacity, self._print, options.Report, options.ShutdownTimeout,
        };
        command.SetAction((parsed, _) => self.RunAsync(parsed, console, options));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console, RunOptions options)
    {
        var request = Request(parsed);
        var jobs = SegmentPlan.Of(request);
        var texts = jobs.Select(job => SegmentYaml.Write(job, request)).ToList();
        if (parsed.GetValue(_print))
        {
            console.Out.Write("# segpipe run takes this with --output-root /, or from a folder above its outputs.\n" + string.Join("---\n", texts));
            return 0;
        }
        // Paths on the command line are the person's own; only a pipeline's are kept under a folder.
        var loader = new PipelineLoader(console) { OutputRoot = "/" };
        var definitions = loader.Read(jobs.Zip(texts, (job, text) => new Configuration.PipelineText(job.Input, text)));
        var hasVideo = jobs.Any(job => job.Kind == InputKind.Video);
        var settings = options.Settings(parsed) with
        {
            InTurn = true,
            NamesPlaces = false,
            ShowsReport = console.Verbosity > 0 || (console.Verbosity == 0 && hasVideo),
            ShowsReportOfFailure = console.Verbosity > 0,
        };
        List<RunSnapshot> runs = [];
        var code = await new PipelineRunner(console, settings) { Finished = pipeline => runs.Add(pipeline.Snapshot()) }.RunAsync(definitions).ConfigureAwait(false);
        if (code == ExitCode.Done)
        {
            foreach (var path in jobs.SelectMany(job => (IEnumerable<string?>)[job.Overlay, job.Labels]).OfType<string>())
                console.Note($"wrote {path}");
            if (!settings.ShowsReport) console.Note(Summary(runs));
        }
        return (int)code;
    }

    private static string Summary(IReadOnlyList<RunSnapshot> runs)
    {
        var pictures = runs.Sum(run => run.Streams.Sum(stream => stream.Written));
        return $"segmented {pictures} {(pictures == 1 ? "picture" : "pictures")} in {runs.Sum(run => run.Elapsed.TotalSeconds):0.0} s";
    }

    private SegmentRequest Request(ParseResult parsed)
    {
        if (parsed.GetValue(_atModelSize) && parsed.GetValue(_labels) is null)
            throw new SegPipeException(ExitCode.Usage, "--at-model-size concerns class maps, and none are written.", "Add --labels PATH.");
        var inputs = parsed.GetRequiredValue(_inputs);
        foreach (var input in inputs) InputProbe.KindOf(input);
        var model = ModelFile.Load(ModelCatalog.Find(parsed.GetRequiredValue(_model)));
        return new()
        {
            Inputs = inputs,
            Model = model.Path,
            Out = parsed.GetValue(_out),
            Labels = parsed.GetValue(_labels),
            LabelSize = parsed.GetValue(_atModelSize) ? model.Card.Input.Size : null,
            Mode = parsed.GetValue(_mode),
            Opacity = parsed.GetValue(_opacity),
        };
    }
}
