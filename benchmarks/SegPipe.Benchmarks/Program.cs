using BenchmarkDotNet.Running;
using SegPipe.Benchmarks.Kernels;
using SegPipe.Benchmarks.Pipelines;

switch (args)
{
    case ["quick", .. var words]:
        new QuickTable(Console.Out, words).Print();
        return 0;
    case ["allocations", .. var frames]:
        return await SteadyState.RunAsync(frames is [var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 0, Console.Out);
    case ["bound", var clip, var threads, .. var times]:
        await PipelineBound.RunAsync(
            clip, int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture),
            times is [var repeats] ? int.Parse(repeats, System.Globalization.CultureInfo.InvariantCulture) : 1, Console.Out);
        return 0;
    case ["memory", .. var rest]:
        return await MemoryOfStreams.RunAsync(
            rest is [var film, ..] ? film : SegPipe.Home.Asset("street.mp4"),
            rest is [_, var length] ? double.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 2, Console.Out);
    case ["models", var turns, .. { Length: > 0 } models]:
        ModelTimes.Run(int.Parse(turns, System.Globalization.CultureInfo.InvariantCulture), models, Console.Out);
        return 0;
    case ["turns", var turns, .. { Length: > 0 } variants]:
        PipelinesInTurn.Run(int.Parse(turns, System.Globalization.CultureInfo.InvariantCulture), variants, Console.Out);
        return 0;
    case ["overload", var url, var fps, var seconds]:
        await Overload.RunAsync(
            url, double.Parse(fps, System.Globalization.CultureInfo.InvariantCulture), double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture), Console.Out);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(QuickTable).Assembly).Run(args);
        return 0;
}
