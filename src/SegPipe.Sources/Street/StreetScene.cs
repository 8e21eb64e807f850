namespace SegPipe.Sources.Street;

/// <summary>
/// Renders an endless drive through a street that a seed alone determines: what a test pattern is to codecs, this is to
/// segmentation. Every pixel gets a colour and its exact class. The same seed, size and time give the same bytes, on any
/// number of threads.
/// </summary>
internal sealed class StreetScene
{
    // More bands than threads even out that sky is cheaper than street.
    private const int BandsAThread = 4;

    private readonly int _width, _height;
    private readonly StreetTraits _traits;
    private readonly (int First, int End, uint[] Jump)[] _bands;
    private readonly ParallelOptions _parallel;

    /// <summary>Prepares a street.</summary>
    /// <param name="width">Columns, from 1.</param>
    /// <param name="height">Rows, from 1.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="threads">Threads that render a frame, from 1.</param>
    public StreetScene(int width, int height, int seed, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (_width, _height) = (width, height);
        _traits = new StreetTraits(seed);
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        var count = threads == 1 ? 1 : Math.Min(height, threads * BandsAThread);
        _bands = [.. Enumerable.Range(0, count).Select(i => (First: height * i / count, End: height * (i + 1) / count))
            .Select(band => (band.First, band.End, SensorNoise.Jump(3L * width * band.First)))];
    }

    /// <summary>Renders one frame.</summary>
    /// <param name="time">Seconds since the start of the drive.</param>
    /// <param name="rgb">Gets height × width × 3 bytes, red first.</param>
    /// <param name="labels">Gets height × width train ids.</param>
    public void Render(double time, byte[] rgb, byte[] labels)
    {
        if (rgb.Length != _width * _height * 3 || labels.Length != _width * _height) throw new ArgumentException($"The arrays do not hold {_width}x{_height} pixels.");
        var view = new StreetView(_traits, _width, _height, time);
        var background = new StreetBackground(_traits, view);
        var items = new StreetLayout(_traits, view).Items();
        var noise = SensorNoise.Start(_traits.Seed, (int)(time * 1000));
        var amplitude = (int)(_traits.SensorNoise * 255 * 2) + 1;
        Parallel.For(0, _bands.Length, _parallel, i =>
        {
            var (first, end, jump) = _bands[i];
            var canvas = new StreetCanvas(_traits, view, rgb, labels, first, end);
            background.Paint(canvas);
            foreach (var item in items) item.Paint(canvas);
            SensorNoise.Add(rgb.AsSpan(first * _width * 3, (end - first) * _width * 3), SensorNoise.Apply(jump, noise), amplitude);
        });
    }
}
