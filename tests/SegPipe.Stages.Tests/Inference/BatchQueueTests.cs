using System.Runtime.InteropServices;
using SegPipe.Configuration;
using SegPipe.Models;
using SegPipe.Testing;

namespace SegPipe.Stages.Inference;

public sealed class BatchQueueTests
{
    private const int Width = 4;

    [Fact]
    public async Task Requests_that_wait_together_are_run_together_and_each_gets_its_own_result()
    {
        var sizes = new List<int>();
        using var first = new ManualResetEventSlim();
        using var queue = Queue(4, pictures => new Doubler(pictures, sizes, first));
        var places = Enumerable.Range(0, 5).Select(_ => queue.CreatePlace()).ToList();
        var blocked = RunAsync(places[0], 0);
        while (sizes.Count == 0) await Task.Yield();
        var others = Enumerable.Range(1, 4).Select(i => RunAsync(places[i], i)).ToList();

        first.Set();
        var results = await Task.WhenAll(others.Prepend(blocked)).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(Enumerable.Range(0, 5).Select(i => new float[] { 2 * i, 2 * i + 2, 2 * i + 4, 2 * i + 6 }), results);
        Assert.Equal(5, sizes.Sum());
        Assert.True(sizes.Count < 5, $"batches of {string.Join(", ", sizes)}");
    }

    [Fact]
    public async Task Only_the_guilty_request_of_a_failed_batch_fails()
    {
        var sizes = new List<int>();
        using var first = new ManualResetEventSlim();
        using var queue = Queue(3, pictures => new Doubler(pictures, sizes, first) { Refused = 7 });
        var places = Enumerable.Range(0, 4).Select(_ => queue.CreatePlace()).ToList();
        var blocked = RunAsync(places[0], 0);
        while (sizes.Count == 0) await Task.Yield();
        var good = RunAsync(places[1], 1);
        var guilty = RunAsync(places[2], 7);
        var other = RunAsync(places[3], 2);

        first.Set();

        await Assert.ThrowsAsync<SegPipeException>(() => guilty.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(new float[] { 2, 4, 6, 8 }, await good);
        Assert.Equal(new float[] { 4, 6, 8, 10 }, await other);
        await blocked;
    }

    [Fact]
    public void The_demonstration_model_gives_the_same_logits_alone_and_in_a_batch()
    {
        var file = ModelFile.Load(Home.Asset("street-tiny.onnx"));
        using var session = ModelSession.Load(file, ModelProvider.Cpu, threads: 2);
        int inputs = 3 * file.Card.Input.Size.Width * file.Card.Input.Size.Height, outputs = 19 * 64 * 32;
        float[] two = new float[2 * inputs], alone = new float[2 * outputs], together = new float[2 * outputs];
        var random = new Random(5);
        for (var i = 0; i < two.Length; i++) two[i] = (float)(2 * random.NextDouble() - 1);

        Pinned(two, input => Pinned(alone, output =>
        {
            session.CreateRun().Run(input, output);
            session.CreateRun().Run(input + inputs * sizeof(float), output + outputs * sizeof(float));
        }));
        Pinned(two, input => Pinned(together, output => session.CreateRun(pictures: 2).Run(input, output)));

        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private static BatchQueue Queue(int max, Func<int, IModelRun> run) =>
        new(max, TimeSpan.FromMilliseconds(50), Width * sizeof(float), Width * sizeof(float), run, TimeProvider.System);

    private static Task<float[]> RunAsync(IModelRun place, int start) => Task.Factory.StartNew(
        () =>
        {
            float[] input = [start, start + 1, start + 2, start + 3], output = new float[Width];
            Pinned(input, i => Pinned(output, o => place.Run(i, o)));
            return output;
        },
        TaskCreationOptions.LongRunning);

    private static void Pinned(float[] values, Action<nint> use)
    {
        var handle = GCHandle.Alloc(values, GCHandleType.Pinned);
        try
        {
            use(handle.AddrOfPinnedObject());
        }
        finally
        {
            handle.Free();
        }
    }

    /// <summary>Doubles every number; its first inference waits, and one that begins with a certain number is refused.</summary>
    private sealed class Doubler(int pictures, List<int> sizes, ManualResetEventSlim first) : IModelRun
    {
        public float Refused { get; init; } = -1;

        public unsafe void Run(nint input, nint output)
        {
            sizes.Add(pictures);
            first.Wait(TimeSpan.FromSeconds(20));
            Span<float> from = new((void*)input, pictures * Width), to = new((void*)output, pictures * Width);
            for (var i = 0; i < from.Length; i++)
            {
                if (i % Width == 0 && from[i] == Refused) throw new SegPipeException(ExitCode.InputUnusable, "refused");
                to[i] = 2 * from[i];
            }
        }

        public void Dispose()
        {
        }
    }
}
