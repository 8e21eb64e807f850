using System.Diagnostics;
using SegPipe.Configuration;
using SegPipe.Models;
using SegPipe.Stages.Inference;

namespace SegPipe.Benchmarks.Pipelines;

/// <summary>Inference times of models, one thread, run in turn so that a noisy machine is noisy for all of them.</summary>
internal static class ModelTimes
{
    /// <summary>Prints a line a model; ratios are to the first one's run of the same turn.</summary>
    public static void Run(int turns, IReadOnlyList<string> paths, TextWriter output)
    {
        var runners = new List<Runner>();
        foreach (var path in paths) runners.Add(new(path));
        foreach (var runner in runners) runner.Run();
        for (var turn = 0; turn < turns; turn++)
            foreach (var runner in runners) runner.Times.Add(runner.Run());
        foreach (var runner in runners)
        {
            var (times, ratios) = (runner.Times.Order().ToArray(), runner.Times.Zip(runners[0].Times, (time, first) => time / first).Order().ToArray());
            output.WriteLine($"{Path.GetFileName(runner.Path),-28} load {runner.Load,6:0} ms   least {times[0],6:0.0} ms ({times[0] / runners[0].Times.Min():0.000})   median {times[turns / 2],6:0.0} ms   median of ratios {ratios[turns / 2]:0.000}");
        }

        foreach (var runner in runners) runner.Dispose();
    }

    private sealed class Runner : IDisposable
    {
        private readonly ModelSession _session;
        private readonly IModelRun _run;
        private readonly byte[] _input, _output;

        public Runner(string path)
        {
            Path = path;
            var started = Stopwatch.GetTimestamp();
            var model = ModelFile.Load(path);
            _session = ModelSession.Load(model, ModelProvider.Cpu, threads: 1);
            Load = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            _run = _session.CreateRun();
            var card = model.Card;
            _input = GC.AllocateArray<byte>(3 * card.Input.Size.Width * card.Input.Size.Height * sizeof(float), pinned: true);
            _output = GC.AllocateArray<byte>(card.Classes.Count * card.Output.Size.Width * card.Output.Size.Height * sizeof(float), pinned: true);
            var random = new Random(1);
            foreach (ref var value in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(_input.AsSpan())) value = 2 * random.NextSingle() - 1;
        }

        public string Path { get; }

        public double Load { get; }

        public List<double> Times { get; } = [];

        public unsafe double Run()
        {
            fixed (byte* input = _input, output = _output)
            {
                var started = Stopwatch.GetTimestamp();
                _run.Run((nint)input, (nint)output);
                return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
        }

        public void Dispose() => _session.Dispose();
    }
}
