using SegPipe.Sources.Rtsp;

namespace SegPipe.Sources.Tests.Rtsp;

public sealed class CameraFailureTests
{
    [Fact]
    public void Each_kind_has_advice_of_its_own_and_a_word_for_metrics()
    {
        var failures = Enum.GetValues<CameraFailureKind>().Select(kind => CameraFailure.Of(kind, "It failed.")).ToList();

        Assert.Equal(failures.Count, failures.Select(f => f.Advice).Distinct().Count());
        Assert.All(failures, f => Assert.True(f.Advice is { Length: > 20 }, f.Advice));
        Assert.All(failures, f => Assert.Matches("^[a-z_]+$", f.Word));
        Assert.All(failures, f => Assert.Equal(ExitCode.Unavailable, f.Code));
    }
}
