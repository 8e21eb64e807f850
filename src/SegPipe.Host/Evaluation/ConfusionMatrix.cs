namespace SegPipe.Host.Evaluation;

/// <summary>How often each true class was given each class, over all pixels of all frames.</summary>
/// <param name="classes">Number of classes, 1–255.</param>
internal sealed class ConfusionMatrix(int classes)
{
    private readonly long[] _counts = new long[256 * 256];

    /// <summary>Number of classes.</summary>
    public int Classes => classes;

    /// <summary>Frames that were counted.</summary>
    public long Frames { get; private set; }

    /// <summary>Pixels that have a true class.</summary>
    public long Pixels => Enumerable.Range(0, classes).Sum(TruePixels);

    /// <summary>The named frame with the smallest share of pixels that are alike, 0–1; null where none has a name.</summary>
    public (string Name, double Agreement)? Worst { get; private set; }

    /// <summary>Counts a frame; true values from the class count on have no class and are passed over.</summary>
    /// <param name="truth">True classes.</param>
    /// <param name="given">Classes that were given.</param>
    /// <param name="name">Name of the frame, where it has one.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> given, string? name = null)
    {
        if (truth.Length != given.Length) throw new ArgumentException("Both class maps must have the same size.", nameof(given));
        var alike = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            _counts[(truth[i] << 8) | given[i]]++;
            if (truth[i] == given[i]) alike++;
        }

        Frames++;
        var share = (double)alike / Math.Max(1, truth.Length);
        if (name is not null && (Worst is not { } worst || share < worst.Agreement)) Worst = (name, share);
    }

    /// <summary>Pixels of a true class that were given a class; 255 stands for none.</summary>
    public long Count(int truth, int given) => _counts[(truth << 8) | given];

    /// <summary>Pixels whose true class it is.</summary>
    public long TruePixels(int label) => Enumerable.Range(0, 256).Sum(given => Count(label, given));

    /// <summary>Pixels that have a true class and were given this one.</summary>
    public long GivenPixels(int label) => Enumerable.Range(0, classes).Sum(truth => Count(truth, label));

    /// <summary>Intersection over union of a class, 0–1; null where the truth does not have it.</summary>
    public double? Iou(int label) => TruePixels(label) is var truth and > 0
        ? (double)Count(label, label) / (truth + GivenPixels(label) - Count(label, label))
        : null;

    /// <summary>Mean of the classes that the truth has, 0–1; null where it has none.</summary>
    public double? MeanIou => Enumerable.Range(0, classes).Average(Iou);

    /// <summary>Share of the pixels that were given their true class, 0–1; null where there are none.</summary>
    public double? PixelAccuracy => Pixels is var all and > 0 ? (double)Enumerable.Range(0, classes).Sum(label => Count(label, label)) / all : null;
}
