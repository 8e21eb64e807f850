using System.Globalization;
using SegPipe.Frames;
using SegPipe.Stages.Kernels;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

/// <summary>Against class maps that PaddleSeg's own code made of the same logits.</summary>
public sealed class VimUpsampleGoldenTests
{
    private const double Bar = 0.9999;
    private static readonly string? Folder = SharedFolder.Find("goldens/pp_mobileseg");

    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        if (Folder is null) cases.Add("none");
        else foreach (var file in Directory.GetFiles(Folder, "*.labels_full.png").Order(StringComparer.Ordinal)) cases.Add(Path.GetFileName(file).Replace(".labels_full.png", "", StringComparison.Ordinal));
        return cases;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Exact_mode_is_interpolation_and_arg_max_in_the_framework(string name) => Compare(name, "labels_full", UpsampleMode.Exact);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Paper_mode_is_valid_interpolation_in_the_framework(string name) => Compare(name, "labels_vim", UpsampleMode.Paper);

    private static void Compare(string name, string kind, UpsampleMode mode)
    {
        Skip.If(Folder is null, "the goldens are not beside the repository");
        var lowres = Path.Combine(Folder, $"{name}.lowres.npy");
        if (!File.Exists(lowres)) lowres = Path.Combine(Folder, $"{name[..name.LastIndexOf('.')]}.lowres.npy");
        var (shape, logits) = NpyFile.Read(lowres);
        var expected = GrayPng.Read(Path.Combine(Folder, $"{name}.{kind}.png"));
        var size = new PictureSize(expected.Width, expected.Height);
        var plan = new VimUpsamplePlan(KernelFormats.Logits(shape[0], shape[2], shape[1], CoordinateRule.HalfPixel, size), size, mode);
        var labels = new byte[size.Width * size.Height];

        Assert.True(VimUpsample.Run(plan, logits, labels));

        var equal = labels.Zip(expected.Pixels).Count(pair => pair.First == pair.Second);
        Assert.True(equal >= Bar * labels.Length, string.Create(CultureInfo.InvariantCulture, $"{name} {kind}: {labels.Length - equal} of {labels.Length} pixels differ"));
    }
}
