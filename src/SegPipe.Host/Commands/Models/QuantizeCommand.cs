using System.CommandLine;
using System.Globalization;
using SegPipe.Configuration;
using SegPipe.Host.Quantising;
using SegPipe.Host.Running;
using SegPipe.Models;
using SegPipe.Models.Quantise;
using SegPipe.Stages.Inference;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models quantize</c>: makes an integer model of a float one.</summary>
internal sealed class QuantizeCommand
{
    private const int MostFrames = 256;

    // Below this, quantising costs more than correct implementations of the same network differ by.
    private const double LeastAgreement = 0.95;

    private readonly Argument<string> _model = new("PATH|NAME") { Description = "A float model: an ONNX file, or the name of one that came with the program." };

    private readonly Option<string?> _images = new("--images") { HelpName = "DIR", Description = "A folder of pictures to calibrate on." };

    private readonly Option<string?> _clip = new("--clip") { HelpName = "VIDEO", Description = "A video to calibrate on." };

    private readonly Option<int> _frames = new("--frames")
    {
        HelpName = $"1–{MostFrames}",
        Description = "Most pictures used, spread over all.",
        DefaultValueFactory = _ => 24,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var frames) && frames is >= 1 and <= MostFrames) return frames;
            result.AddError($"--frames takes a number from 1 to {MostFrames}, not '{result.Tokens[0].Value}'");
            return 1;
        },
    };

    private readonly Option<string> _out = new("--out", "-o") { HelpName = "NAME.onnx", Description = "The model to be written.", Required = true };

    private readonly Option<IReadOnlyList<string>?> _operators = new("--operators")
    {
        HelpName = "LIST",
        Description = $"Operators to be quantised, with commas. [default: {string.Join(',', QuantisedOperators.All)}]",
        CustomParser = result =>
        {
            var words = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) result.AddError("--operators takes at least one operator");
            foreach (var word in words.Where(word => !QuantisedOperators.All.Contains(word)))
                result.AddError($"--operators takes {string.Join(", ", QuantisedOperators.All)}, not '{word}'{Suggestion.Clause(word, QuantisedOperators.All)}");
            return words;
        },
    };

    private readonly Option<double> _percentile = TypedOption.Number("--percentile", "Percent of a value's elements that its range holds.", 99.99, 90, 100);

    private readonly Option<bool> _reduceRange = new("--reduce-range") { Description = "Weights of seven bits, for processors without VNNI." };

    private readonly Option<bool> _force = new("--force") { Description = "Replace an older model of that name." };

    public static Command Create(HostConsole console, GlobalOptions globals)
    {
        var self = new QuantizeCommand();
        var options = new RunOptions(console, globals);
        var command = new Command("quantize", "Make an integer model of a float one, calibrated on pictures.")
        {
            self._model, self._images, self._clip, self._frames, self._out, self._operators, self._percentile, self._reduceRange, self._force, options.ShutdownTimeout,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(self._images) is null == result.GetValue(self._clip) is null) result.AddError("quantize takes either --images or --clip");
        });
        command.SetAction((parsed, _) => self.RunAsync(parsed, console, options.Settings(parsed)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, HostConsole console, RunSettings settings)
    {
        var model = ModelFile.Load(ModelCatalog.Find(parsed.GetRequiredValue(_model)));
        var target = parsed.GetRequiredValue(_out);
        ModelTarget.Require(target, model.Path, parsed.GetValue(_force), "quantised");
        ModelQuantisation.Require(model);
        var input = parsed.GetValue(_clip) ?? parsed.GetValue(_images)!;
        var isVideo = parsed.GetValue(_clip) is not null;
        if (!(isVideo ? File.Exists(input) : Directory.Exists(input))) throw new SegPipeException(ExitCode.InputMissing, $"There is no {(isVideo ? "video" : "folder")} {input}.", "Check the path.");
        var started = console.Time.GetTimestamp();
        var (code, pictures) = await new PicturePreparation(console, settings).RunAsync(input, isVideo, model.Path, parsed.GetValue(_frames)).ConfigureAwait(false);
        if (pictures is null) return (int)code;
        if (pictures.Count == 0) throw new SegPipeException(ExitCode.InputUnusable, $"{input} holds no picture to calibrate on.", "Name pictures like those that the model will see.");
        var result = new ModelQuantisation(new NetworkCheck(), new NetworkRuns()).Run(model, target, pictures, new()
        {
            Operators = parsed.GetValue(_operators) ?? QuantisedOperators.All,
            Share = parsed.GetValue(_percentile) / 100,
            ReducesRange = parsed.GetValue(_reduceRange),
        });
        foreach (var line in Facts(result, pictures.Count, console.Time.GetElapsedTime(started)).Lines()) console.Out.WriteLine(line);
        if (result.Agreement < LeastAgreement) console.Say("segpipe: warning: this network does not bear rounding well: measure it by segpipe eval, try fewer --operators, or keep the float model");
        return 0;
    }

    private static TextTable Facts(QuantisationResult result, int pictures, TimeSpan elapsed)
    {
        var facts = new TextTable();
        facts.Add("model", $"{result.Model.Path} ({result.Model.Bytes:N0} bytes, float {result.FloatBytes:N0})");
        facts.Add("quantised", string.Join(", ", result.Quantised.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}")));
        facts.Add("calibrated", $"on {pictures} pictures");
        facts.Add("agreement", $"{100 * result.Agreement:0.00} % of the cells have the float model's class on these pictures");
        facts.Add("first run", ImportText.Describe(result.Check));
        facts.Add("time", $"{elapsed.TotalSeconds:0.0} s");
        return facts;
    }
}
