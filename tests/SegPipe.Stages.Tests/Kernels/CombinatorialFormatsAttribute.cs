using System.Reflection;
using SegPipe.Frames;
using Xunit.Sdk;

namespace SegPipe.Stages.Tests.Kernels;

/// <summary>Every coordinate rule with every matrix and range, as I420, and once as RGB.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CombinatorialFormatsAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        foreach (var rule in KernelFormats.Rules)
        {
            foreach (var matrix in Enum.GetValues<ColorMatrix>())
                foreach (var range in Enum.GetValues<ColorRange>())
                    yield return [rule, matrix, range, false];
            yield return [rule, ColorMatrix.Bt709, ColorRange.Full, true];
        }
    }
}
