namespace SegPipe.Stages.Tests.Import;

/// <summary>A feature map in Keras' order with its operations as plain loops in double precision.</summary>
internal sealed record NhwcMap(int Rows, int Columns, int Channels, double[] Values)
{
    private double this[int row, int column, int channel] =>
        row < 0 || column < 0 || row >= Rows || column >= Columns ? 0 : Values[(row * Columns + column) * Channels + channel];

    /// <summary>Numbers by the rule of the files that <c>make_files.py</c> writes.</summary>
    public static float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => (i * 7 % 17 - 8) * 0.125f)];

    public static NhwcMap Ramp(int rows, int columns, int channels, double scale) =>
        new(rows, columns, channels, [.. Enumerable.Range(0, rows * columns * channels).Select(i => (double)(float)((i * 5 % 23 - 11) * scale))]);

    public static NhwcMap OfPlanes(long[] shape, ReadOnlySpan<float> planes)
    {
        var (channels, rows, columns) = ((int)shape[1], (int)shape[2], (int)shape[3]);
        var values = planes.ToArray();
        return Make(rows, columns, channels, (row, column, channel) => values[(channel * rows + row) * columns + column]);
    }

    public float[] ToPlanes() => [.. Enumerable.Range(0, Channels).SelectMany(channel => Enumerable.Range(0, Rows * Columns).Select(cell => (float)Values[cell * Channels + channel]))];

    public NhwcMap Each(Func<double, double> change) => this with { Values = Array.ConvertAll(Values, value => change(value)) };

    public NhwcMap Zip(NhwcMap other, Func<double, double, double> join) => this with { Values = [.. Values.Zip(other.Values, join)] };

    public NhwcMap PerChannel(double[] factors, double[] additions) => this with { Values = [.. Values.Select((value, i) => value * factors[i % Channels] + additions[i % Channels])] };

    public NhwcMap Padded(int top, int bottom, int left, int right) =>
        Make(Rows + top + bottom, Columns + left + right, Channels, (row, column, channel) => this[row - top, column - left, channel]);

    /// <summary>Zeros so that a window gives ceil(length / stride) cells, the odd one behind.</summary>
    public NhwcMap Same(int kernel, int stride, int rate)
    {
        int Zeros(int length) => Math.Max(((int)Math.Ceiling(length / (double)stride) - 1) * stride + (kernel - 1) * rate + 1 - length, 0);
        var (rows, columns) = (Zeros(Rows), Zeros(Columns));
        return Padded(rows / 2, (rows + 1) / 2, columns / 2, (columns + 1) / 2);
    }

    public NhwcMap Convolved(float[] weights, float[] bias, int kernel, int outputs, int stride, int rate, int groups)
    {
        var (inputs, each) = (Channels / groups, outputs / groups);
        return Windows(kernel, stride, rate, outputs, (row, column, output) =>
        {
            double sum = bias[output];
            for (var y = 0; y < kernel; y++)
                for (var x = 0; x < kernel; x++)
                    for (var i = 0; i < inputs; i++)
                        sum += this[row + y * rate, column + x * rate, output / each * inputs + i] * weights[((y * kernel + x) * inputs + i) * outputs + output];
            return sum;
        });
    }

    public NhwcMap Depthwise(float[] weights, int kernel, int multiplier, int stride, int rate) =>
        Windows(kernel, stride, rate, Channels * multiplier, (row, column, output) =>
        {
            double sum = 0;
            for (var y = 0; y < kernel; y++)
                for (var x = 0; x < kernel; x++)
                    sum += this[row + y * rate, column + x * rate, output / multiplier] * weights[(y * kernel + x) * Channels * multiplier + output];
            return sum;
        });

    public NhwcMap Nearest(int rows, int columns) =>
        Make(rows, columns, Channels, (row, column, channel) => this[(int)((row + 0.5) * Rows / rows), (int)((column + 0.5) * Columns / columns), channel]);

    public NhwcMap Bilinear(int rows, int columns) => Make(rows, columns, Channels, (row, column, channel) =>
    {
        var y = Math.Clamp((row + 0.5) * Rows / rows - 0.5, 0, Rows - 1);
        var x = Math.Clamp((column + 0.5) * Columns / columns - 0.5, 0, Columns - 1);
        var (top, left) = ((int)y, (int)x);
        var (bottom, right) = (Math.Min(top + 1, Rows - 1), Math.Min(left + 1, Columns - 1));
        double Across(int line) => this[line, left, channel] * (1 - (x - left)) + this[line, right, channel] * (x - left);
        return Across(top) * (1 - (y - top)) + Across(bottom) * (y - top);
    });

    private NhwcMap Windows(int kernel, int stride, int rate, int outputs, Func<int, int, int, double> at)
    {
        var seen = (kernel - 1) * rate + 1;
        return Make((Rows - seen) / stride + 1, (Columns - seen) / stride + 1, outputs, (row, column, output) => at(row * stride, column * stride, output));
    }

    private static NhwcMap Make(int rows, int columns, int channels, Func<int, int, int, double> at) =>
        new(rows, columns, channels, [.. Enumerable.Range(0, rows * columns * channels).Select(i => at(i / channels / columns, i / channels % columns, i % channels))]);
}
