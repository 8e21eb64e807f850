namespace SegPipe.Models.Import.TfLite.Arithmetic;

/// <summary>How sums of products become stored results: what is added, and what it is divided by.</summary>
/// <param name="Form">Which nodes do it.</param>
/// <param name="Offsets">One a channel, or one for all.</param>
/// <param name="Divisors">As many.</param>
/// <param name="Centre">The result that zero stands for before the zero point is added.</param>
internal sealed record Requantisation(RequantisationForm Form, float[] Offsets, float[] Divisors, int Centre)
{
    private const int Middle = 128;

    /// <summary>The way that is right for every sum without a search, in float64.</summary>
    public static Requantisation Exact { get; } = new(RequantisationForm.Double, [], [], 0);

    /// <summary>Finds it for the channels of one operator.</summary>
    /// <param name="channels">The channels.</param>
    /// <param name="zeroPoint">Zero point of the result, 0–255.</param>
    /// <param name="centred">Whether the offset may hold what moves the middle of the results to zero.</param>
    public static Requantisation Find(ChannelRequantisation[] channels, int zeroPoint, bool centred)
    {
        var signed = channels.Any(channel => channel.Signed);
        var centre = signed || !centred ? 0 : Middle - zeroPoint;
        var (offsets, divisors) = (new float[channels.Length], new float[channels.Length]);
        for (var i = 0; i < channels.Length; i++)
        {
            if ((signed ? channels[i].FitSigned() : channels[i].Fit(centre)) is not { } fit) return Exact;
            (offsets[i], divisors[i]) = fit;
        }
        return new(signed ? RequantisationForm.Signed : RequantisationForm.Offset, offsets, divisors, centre);
    }
}

/// <summary>The nodes with which a graph requantises.</summary>
internal enum RequantisationForm
{
    /// <summary>An offset that is part of the bias, and QuantizeLinear.</summary>
    Offset,

    /// <summary>An offset that has the sum's sign, and QuantizeLinear.</summary>
    Signed,

    /// <summary>All of it in float64, where float32 has too few digits.</summary>
    Double,
}
