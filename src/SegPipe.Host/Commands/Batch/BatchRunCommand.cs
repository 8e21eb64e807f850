using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using SegPipe.Host.Batch;
using SegPipe.Host.Batch.Running;

namespace SegPipe.Host.Commands.Batch;

/// <summary><c>segpipe batch run</c>: begins a batch, or goes on with one and whatever inputs have come.</summary>
internal sealed class BatchRunCommand
{
    private readonly Argument<string> _pipeline = new("PIPELINE") { Description = "The pipeline in YAML; it uses ${input.path}, ${input.stem} and ${output.dir}." };

    private readonly Argument<string[]> _inputs = new("INPUT") { Arity = ArgumentArity.ZeroOrMore, Description = "Videos, or folders that are searched for them." };

    private readonly Option<string> _out = new("--out", "-o") { HelpName = "DIR", Description = "Folder that outputs and the state of the batch go to.", Required = true };

    private readonly Option<double> _jobs = BatchOptions.Jobs();

    private readonly Option<string[]> _include = new("--include")
    {
        HelpName = "GLOB",
        Description = "What is taken from folders, as in '*.mp4' or '2026-*/front/*.mp4'; may be repeated. By default what is called like a video.",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _exclude = new("--exclude") { HelpName = "GLOB", Description = "What is not taken from folders; may be repeated.", DefaultValueFactory = _ => [] };

    private readonly Option<string?> _list = new("--list") { HelpName = "FILE", Description = "A file with one input a line." };

    private readonly Option<double> _segmentFrames = TypedOption.Number("--segment-frames", "Pictures of a segment, as far as key pictures allow it.", 300, 1, 1_000_000);

    private readonly Option<bool> _keep = new("--keep-segments") { Description = "Keep the segments of finished videos." };

    private readonly Option<string> _onPoison = BatchOptions.OnPoison();

    private readonly Option<string?> _http = BatchOptions.Http();

    private readonly Option<string[]> _set = RunOptions.Set();

    public static Command Create(HostConsole console)
    {
        var self = new BatchRunCommand();
        var command = new Command("run", "Run a pipeline over videos; what an earlier run has finished is not done again.")
        {
            self._pipeline, self._inputs, self._out, self._jobs, self._include, self._exclude, self._list, self._segmentFrames, self._keep, self._onPoison, self._http, self._set,
        };
        command.SetAction((parsed, _) => self.RunAsync(parsed, console));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console)
    {
        var store = BatchOptions.Local(parsed.GetRequiredValue(_out));
        var found = new BatchInputs(parsed.GetRequiredValue(_include), parsed.GetRequiredValue(_exclude), store.OutputFolder).Find(Named(parsed));
        if (found.Count == 0) throw new SegPipeException(ExitCode.InputMissing, "There is no video among the inputs.", "Name videos, folders with videos, or patterns that fit: --include '*.mp4'");
        var session = new BatchSession(console, store) { Overrides = parsed.GetRequiredValue(_set), Http = parsed.GetValue(_http) };
        var path = Path.GetFullPath(parsed.GetRequiredValue(_pipeline));
        var (text, pipeline) = session.Read(parsed.GetRequiredValue(_pipeline), (int)parsed.GetValue(_jobs));
        var spec = new BatchSpec
        {
            Pipeline = path,
            PipelineSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Fingerprint = pipeline.Fingerprint,
            Overrides = parsed.GetRequiredValue(_set),
            WorkingFolder = Directory.GetCurrentDirectory(),
            Inputs = found,
            SegmentFrames = (int)parsed.GetValue(_segmentFrames),
            KeepSegments = parsed.GetValue(_keep),
            OnPoison = BatchOptions.OnPoison(parsed.GetRequiredValue(_onPoison)),
            Created = console.Time.GetUtcNow(),
        };
        return (int)await session.RunAsync(pipeline, spec).ConfigureAwait(false);
    }

    private IReadOnlyList<string> Named(ParseResult parsed)
    {
        IReadOnlyList<string> named = [.. parsed.GetRequiredValue(_inputs), .. parsed.GetValue(_list) is { } list ? BatchInputs.ReadList(list) : []];
        return named.Count > 0 ? named : throw new SegPipeException(ExitCode.Usage, "No input is named.", "Name videos or folders, or a list of them: --list FILE");
    }
}
