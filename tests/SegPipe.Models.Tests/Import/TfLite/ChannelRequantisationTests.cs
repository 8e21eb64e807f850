using SegPipe.Models.Import.TfLite.Arithmetic;

namespace SegPipe.Models.Tests.Import.TfLite;

/// <summary>What was found for float32 is tried on every sum that can occur.</summary>
public sealed class ChannelRequantisationTests
{
    [Fact]
    public void A_fit_is_right_for_every_possible_sum()
    {
        var random = new Random(1);
        var found = 0;
        for (var i = 0; i < 200; i++)
        {
            var channel = Random(random);
            var zero = random.Next(3) * 64;
            channel = channel with { Results = (-zero, 255 - zero) };
            var centre = channel.Signed ? 0 : 128 - zero;
            if ((channel.Signed ? channel.FitSigned() : channel.Fit(centre)) is not { } fit) continue;
            found++;
            for (var sum = channel.Sums.Low; sum <= channel.Sums.High; sum++)
            {
                var result = channel.Signed ? Signed(channel, sum, fit) : (int)MathF.Round((sum + fit.Offset) / fit.Divisor) + centre;
                Assert.Equal(Math.Clamp(channel.Factor.Apply(sum + channel.Bias), -zero, 255 - zero), Math.Clamp(result, -zero, 255 - zero));
            }
        }

        Assert.InRange(found, 150, 200);
    }

    [Fact]
    public void Channels_of_a_layer_without_a_fit_are_done_in_float64()
    {
        var channel = new ChannelRequantisation(FixedPoint.Of(3e-7), 5, (-1_000_000_000, 1_000_000_000), (-128, 127));

        var way = Requantisation.Find([channel], 128, centred: true);

        Assert.Equal(RequantisationForm.Double, way.Form);
    }

    [Fact]
    public void A_dead_channel_gives_its_bias()
    {
        // Scales that a converter gave to channels without weights: the bias alone makes the result.
        var channel = new ChannelRequantisation(FixedPoint.Of(3.7e-8), 1_073_742_080, (0, 0), (0, 255));

        var way = Requantisation.Find([channel], 0, centred: true);

        Assert.Equal(RequantisationForm.Offset, way.Form);
        Assert.Equal(40, (int)MathF.Round(way.Offsets[0] / way.Divisors[0]) + way.Centre);
    }

    private static int Signed(ChannelRequantisation channel, long sum, (float Offset, float Divisor) fit)
    {
        var total = (float)(sum + channel.Bias);
        return (int)MathF.Round((total + MathF.Sign(total) * fit.Offset) / fit.Divisor);
    }

    private static ChannelRequantisation Random(Random random)
    {
        var factor = Math.Pow(2, -2 - 7 * random.NextDouble());
        var reach = random.Next(100, 60_000);
        return new(FixedPoint.Of(factor), random.Next(-20_000, 20_000), (-reach * random.Next(2), reach), (0, 255));
    }
}
