using System.CommandLine;
using System.Globalization;
using SegPipe.Frames;
using SegPipe.Models.Import;
using SegPipe.Stages.Inference;

namespace SegPipe.Host.Commands.Models;

/// <summary><c>segpipe models import</c>: makes a model of a published file.</summary>
internal sealed class ImportCommand
{
    private readonly Argument<string> _path = new("PATH") { Description = "A file, a SavedModel folder, or a checkpoint's prefix or .index." };

    private readonly Option<string?> _out = new("--out", "-o") { HelpName = "NAME.onnx", Description = "The model to be written. [default: PATH's name with .onnx]" };

    private readonly Option<string?> _family = new("--family") { HelpName = "NAME", Description = "Family of the network, where the file does not tell." };

    private readonly Option<PictureSize?> _inputSize = new("--input-size")
    {
        HelpName = "WIDTHxHEIGHT",
        Description = "Size of the input, where the network leaves it open.",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ParseSize(text) is { } size) return size;
            result.AddError($"--input-size takes WIDTHxHEIGHT, each 1–16384, not '{text}'");
            return null;
        },
    };

    private readonly Option<string?> _classes = new("--classes") { HelpName = "NAME|FILE", Description = "Class names: a palette's name, its JSON file, or a text file with a name a line." };

    private readonly Option<Normalisation?> _normalise = TypedOption.OptionalWord<Normalisation>("--normalise", "How colours are prepared, where the file does not tell.");

    private readonly Option<ImportPrecision> _precision = TypedOption.Word<ImportPrecision>("--precision", "Arithmetic of quantised networks.");

    private readonly Option<bool> _keepHead = new("--keep-head") { Description = "Keep the Resize, Softmax and ArgMax at the network's end." };

    private readonly Option<bool> _force = new("--force") { Description = "Replace an older model of that name." };

    public static Command Create(HostConsole console)
    {
        var self = new ImportCommand();
        var command = new Command("import", "Make a model of a published file: TFLite, TensorFlow, Keras, PyTorch, Paddle or ONNX.")
        {
            self._path, self._out, self._family, self._inputSize, self._classes, self._normalise, self._precision, self._keepHead, self._force,
        };
        command.SetAction(parsed => self.Run(parsed, console));
        return command;
    }

    /// <summary>Columns and rows as people write them, or null.</summary>
    public static PictureSize? ParseSize(string text)
    {
        var parts = text.Split('x', 'X', '×');
        return parts.Length == 2 && TrySide(parts[0], out var width) && TrySide(parts[1], out var height) ? new(width, height) : null;
    }

    private int Run(ParseResult parsed, HostConsole console)
    {
        var path = parsed.GetRequiredValue(_path);
        var target = parsed.GetValue(_out) ?? new ImportSource(path).Stem + ".onnx";
        ModelTarget.Require(target, path, parsed.GetValue(_force), "imported");
        var started = console.Time.GetTimestamp();
        var result = new ModelImport(new NetworkCheck()).Run(path, target, new()
        {
            Name = Path.GetFileNameWithoutExtension(target),
            Family = parsed.GetValue(_family),
            InputSize = parsed.GetValue(_inputSize),
            Classes = parsed.GetValue(_classes) is { } classes ? ClassNames.Load(classes) : null,
            Normalisation = parsed.GetValue(_normalise),
            Precision = parsed.GetValue(_precision),
            KeepHead = parsed.GetValue(_keepHead),
        });
        foreach (var line in ImportText.Lines(result, console.Time.GetElapsedTime(started))) console.Out.WriteLine(line);
        foreach (var warning in result.Report.Warnings) console.Say($"segpipe: warning: {warning}");
        return 0;
    }

    private static bool TrySide(string text, out int side) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side is >= 1 and <= 16384;
}
