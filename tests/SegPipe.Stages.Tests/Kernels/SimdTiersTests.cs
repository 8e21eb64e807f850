using System.Runtime.Intrinsics;
using SegPipe.Testing;

namespace SegPipe.Stages.Tests.Kernels;

public sealed class SimdTiersTests
{
    [Fact]
    public void A_body_that_fails_on_one_tier_only_fails_with_the_tiers_name_and_the_childs_error()
    {
        var error = Assert.Throws<InvalidOperationException>(() => SimdTiers.Run(NeedsVectors));

        Assert.Contains("'no vectors'", error.Message, StringComparison.Ordinal);
        Assert.Contains("there are no vectors here", error.Message, StringComparison.Ordinal);
    }

    private static void NeedsVectors()
    {
        if (!Vector128.IsHardwareAccelerated) throw new InvalidOperationException("there are no vectors here");
    }
}
