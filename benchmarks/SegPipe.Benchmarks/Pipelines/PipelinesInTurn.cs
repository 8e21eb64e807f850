using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>Pipelines, or one with other settings, run in turn by the program itself, so that a noisy machine is noisy for all of them.</summary>
internal static class PipelinesInTurn
{
    /// <summary>Prints a line a variant: medians over the turns, and the median of the ratios to the first variant's run of the same turn.</summary>
    /// <param name="turns">How often each is run; the order is reversed from turn to turn.</param>
    /// <param name="variants">A file, followed by settings as <c>run --set</c> takes them: <c>drive.yaml,models.street.threads=1</c>.</param>
    /// <param name="output">Where the lines go.</param>
    public static void Run(int turns, IReadOnlyList<string> variants, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("segpipe-turns-").FullName;
        try
        {
            var readings = variants.Select(_ => new Reading[turns]).ToArray();
            for (var turn = 0; turn < turns; turn++)
                foreach (var i in turn % 2 == 0 ? Enumerable.Range(0, variants.Count) : Enumerable.Range(0, variants.Count).Reverse())
                    readings[i][turn] = RunOnce(variants[i], folder);

            output.WriteLine("| variant | frames a second | of the first | processor ms a frame | of the first |");
            output.WriteLine("|---|--:|--:|--:|--:|");
            foreach (var (i, variant) in variants.Index())
            {
                double Ratio(Func<Reading, double> value) => Median(readings[i].Zip(readings[0], (own, first) => value(own) / value(first)));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {variant} | {Median(readings[i].Select(r => r.FramesPerSecond)):0.00} | {Ratio(r => r.FramesPerSecond):0.000} | {Median(readings[i].Select(r => r.CpuMs)):0.0} | {Ratio(r => r.CpuMs):0.000} |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Reading RunOnce(string variant, string folder)
    {
        var parts = variant.Split(',');
        var (outputs, report) = (Path.Combine(folder, Guid.NewGuid().ToString("n")), Path.Combine(folder, "report.json"));
        Directory.CreateDirectory(outputs);
        var start = new ProcessStartInfo(Path.Combine(Home.Folder(), "segpipe"),
            ["run", "-q", Path.GetFullPath(parts[0]), "--output-root", outputs, "--report", report, .. parts.Skip(1).SelectMany(setting => new[] { "--set", setting })]);
        using var run = Process.Start(start)!;
        run.WaitForExit();
        if (run.ExitCode != 0) throw new InvalidOperationException($"{variant} ended with {run.ExitCode}.");
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        var pipeline = json.RootElement.GetProperty("pipelines")[0];
        double Number(JsonElement of, string name) => of.GetProperty(name).GetDouble();
        var frames = pipeline.GetProperty("streams").EnumerateArray().Sum(stream => stream.GetProperty("components").EnumerateArray()
            .Where(c => c.GetProperty("kind").GetString() == "sink").Max(c => Number(c.GetProperty("inputs")[0], "processed")));
        Directory.Delete(outputs, recursive: true);
        var cpu = Number(pipeline, "cpu_seconds") + pipeline.GetProperty("children").EnumerateArray().Sum(c => Number(c, "cpu_seconds"));
        return new(frames / Number(pipeline, "elapsed_seconds"), 1000 * cpu / frames);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private readonly record struct Reading(double FramesPerSecond, double CpuMs);
}
