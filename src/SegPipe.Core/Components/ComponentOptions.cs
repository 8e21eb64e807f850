using System.ComponentModel.DataAnnotations;

namespace SegPipe.Components;

/// <summary>What every component's options have in common.</summary>
public abstract record ComponentOptions
{
    /// <summary>Problems between options, each with the option's YAML name that it is shown at; single options are checked by attributes.</summary>
    public virtual IEnumerable<OptionProblem> Check() => [];
}

/// <summary>A problem that concerns an option's value.</summary>
/// <param name="Option">The option's name in YAML.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Advice">What to do, or null.</param>
public sealed record OptionProblem(string Option, string Message, string? Advice = null);

/// <summary>Base of the sources' options.</summary>
public abstract record SourceOptions : ComponentOptions;

/// <summary>Base of the options of components that are fed.</summary>
public abstract record ConsumerOptions : ComponentOptions
{
    /// <summary>Id of the component that feeds this one, <c>id.output</c> where that has several outputs, or a list of them.</summary>
    public required InputReference[] From { get; init; }

    /// <summary>Policy of the edge that feeds this; with several inputs a map from input id to policy.</summary>
    public EdgeOptionsSet? Edge { get; init; }

    /// <summary>Frames before one that it depends on.</summary>
    public virtual int Lead => 0;

    /// <summary>Frames behind one that it depends on.</summary>
    public virtual int Tail => 0;

    /// <summary>What a failing frame does: <c>fail</c> ends the run (default for files), <c>drop_frame</c> counts it and goes on (default for live sources and network sinks).</summary>
    public OnError? OnError { get; init; }
}

/// <summary>Base of the stages' options.</summary>
public abstract record StageOptions : ConsumerOptions
{
    /// <summary>Copies of the stage that work side by side, 1–64; results stay in order. Stream stages have one.</summary>
    [Range(1, 64)]
    public int Workers { get; init; } = 1;

    /// <summary>Numbers of frames matter to it up to multiples of this; 1 where they do not matter.</summary>
    public virtual int Period => 1;

    /// <summary>Frames that a stream stage with these options may hold back before the first comes out.</summary>
    /// <param name="most">What the stage states of itself.</param>
    public virtual int HeldBack(int most) => most;
}

/// <summary>Base of the sinks' options.</summary>
public abstract record SinkOptions : ConsumerOptions;

/// <summary>One entry of <c>from</c>.</summary>
/// <param name="Id">Id of a source or stage.</param>
/// <param name="Output">Name of its output, null where it has one only.</param>
public sealed record InputReference(string Id, string? Output)
{
    /// <summary>As it stands in YAML.</summary>
    public override string ToString() => Output is null ? Id : $"{Id}.{Output}";
}

/// <summary>What a failing frame does.</summary>
public enum OnError
{
    /// <summary>The run ends.</summary>
    Fail,

    /// <summary>The frame is counted and dropped.</summary>
    DropFrame,
}

/// <summary>What an edge does with a frame that finds it full.</summary>
public enum WhenFull
{
    /// <summary>The producer waits; nothing is lost.</summary>
    Wait,

    /// <summary>The oldest waiting frame goes.</summary>
    DropOldest,

    /// <summary>The arriving frame goes.</summary>
    DropNewest,

    /// <summary>Capacity 1 and the oldest goes: the newest wins.</summary>
    Latest,

    /// <summary>Packets only: the queue is emptied and all is skipped up to the next key packet.</summary>
    DropToKeyframe,
}

/// <summary>Policy of one edge, as written at its consumer.</summary>
public sealed record EdgeOptions
{
    /// <summary>Frames that may wait, 1–4096; by default 64 packets, or 2 of anything else.</summary>
    [Range(1, 4096)]
    public int? Capacity { get; init; }

    /// <summary>What happens to a frame that finds the edge full; by default <c>wait</c> behind files.</summary>
    public WhenFull? WhenFull { get; init; }

    /// <summary>Age in milliseconds since capture above which a frame is dropped when it is taken out; none by default.</summary>
    [Range(1, 3_600_000)]
    public int? MaxAgeMs { get; init; }
}

/// <summary>The policies at one consumer: one for all its inputs, or one by input id.</summary>
/// <param name="All">Policy of every input that has none of its own.</param>
/// <param name="ByInput">Policies by the text of the <c>from</c> entry.</param>
public sealed record EdgeOptionsSet(EdgeOptions? All, IReadOnlyDictionary<string, EdgeOptions> ByInput)
{
    /// <summary>The policy written for an input, or null.</summary>
    public EdgeOptions? For(InputReference input) =>
        ByInput.TryGetValue(input.ToString(), out var own) || ByInput.TryGetValue(input.Id, out own) ? own : All;
}
