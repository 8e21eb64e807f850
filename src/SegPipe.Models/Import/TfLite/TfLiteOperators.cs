using System.Collections.Frozen;
using System.Reflection;

namespace SegPipe.Models.Import.TfLite;

/// <summary>Says which operator of the format a class converts.</summary>
/// <param name="kind">The format's number; 32 for custom operators.</param>
/// <param name="name">The format's name, or the custom code.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class TfLiteOperatorAttribute(int kind, string name) : Attribute
{
    /// <summary>The format's number.</summary>
    public int Kind => kind;

    /// <summary>The format's name, or the custom code.</summary>
    public string Name => name;
}

/// <summary>Turns one operator into nodes of ONNX.</summary>
internal interface ITfLiteOperator
{
    /// <summary>Adds the nodes and tells the conversion what the outputs are.</summary>
    /// <exception cref="SegPipeException">65 if the operator uses something that is not supported.</exception>
    void Convert(TfLiteOperator op, TfLiteConversion to);
}

/// <summary>The operators that can be converted, found by their attribute.</summary>
internal static class TfLiteOperators
{
    private static readonly FrozenDictionary<(int, string), ITfLiteOperator> ByName = typeof(TfLiteOperators).Assembly.GetTypes()
        .SelectMany(type => type.GetCustomAttributes<TfLiteOperatorAttribute>().Select(named => (named, Operator: (ITfLiteOperator)Activator.CreateInstance(type)!)))
        .ToFrozenDictionary(x => (x.named.Kind, x.named.Name), x => x.Operator);

    // These have no class: they are looked through where they stand around a convolution, and not supported elsewhere.
    private static readonly FrozenDictionary<int, string> Names = ByName.Keys.Where(key => key.Item1 != 32)
        .Concat([(37, "BATCH_TO_SPACE_ND"), (38, "SPACE_TO_BATCH_ND")]).ToFrozenDictionary(key => key.Item1, key => key.Item2);

    /// <summary>The format's name of an operator, or its number where it is not known here.</summary>
    public static string NameOf(int kind) => Names.GetValueOrDefault(kind, $"operator {kind}");

    /// <summary>What converts an operator, or null.</summary>
    public static ITfLiteOperator? Find(TfLiteOperator op) => ByName.GetValueOrDefault((op.Kind, op.Name));
}
