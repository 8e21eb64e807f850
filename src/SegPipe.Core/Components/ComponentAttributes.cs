using SegPipe.Frames;

namespace SegPipe.Components;

/// <summary>Says that a class is a component and which word in YAML names it.</summary>
/// <param name="name">The word, lower_snake_case; the class is called the same with its kind behind.</param>
public abstract class ComponentAttribute(string name) : Attribute
{
    /// <summary>The word in YAML.</summary>
    public string Name { get; } = name;
}

/// <summary>A source: <c>street</c> is <c>StreetSource</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SourceAttribute(string name) : ComponentAttribute(name)
{
    /// <summary>Whether it puts out in its own time and cannot wait, like a camera.</summary>
    public bool Live { get; init; }
}

/// <summary>A stage: <c>vim_upsample</c> is <c>VimUpsampleStage</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StageAttribute(string name) : ComponentAttribute(name)
{
    /// <summary>Frames that a stream stage may hold back before the first comes out; edges beside it are made long enough for them.</summary>
    public int LatencyFrames { get; init; }
}

/// <summary>A sink: <c>mask_png</c> is <c>MaskPngSink</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SinkAttribute(string name) : ComponentAttribute(name)
{
    /// <summary>Whether it gives to the network: it tries again by itself, and a frame that it cannot give away is dropped and counted.</summary>
    public bool Network { get; init; }
}

/// <summary>One input and the kinds that it accepts; components with several give each an <see cref="Index"/>, the first being the one that paces them.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class InputAttribute(params PayloadKind[] accepts) : Attribute
{
    /// <summary>The kinds of payload that it accepts.</summary>
    public IReadOnlyList<PayloadKind> Accepts { get; } = accepts;

    /// <summary>Place among the component's inputs.</summary>
    public int Index { get; init; }
}

/// <summary>One output; components with several name each.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class OutputAttribute(PayloadKind kind) : Attribute
{
    /// <summary>What it puts out.</summary>
    public PayloadKind Kind { get; } = kind;

    /// <summary>Name behind the dot in <c>id.output</c>; null for a component's only output.</summary>
    public string? Name { get; init; }

    /// <summary>Place among the component's outputs.</summary>
    public int Index { get; init; }
}

/// <summary>The option is the path of a file or folder that must be there to be read.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InputPathAttribute : Attribute;

/// <summary>The option is a path that is written; it stays under the output root and begins with literal text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OutputPathAttribute : Attribute;

/// <summary>The option names a palette: one that came with the program, or the path of a JSON file, whose content belongs to what the component does.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PaletteNameAttribute : Attribute;

/// <summary>The option names an entry of <c>models</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ModelIdAttribute : Attribute;

/// <summary>The option names a component that this one's input is made from; only its format is used.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AncestorIdAttribute : Attribute;

/// <summary>The option is a secret: it is never shown.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;
