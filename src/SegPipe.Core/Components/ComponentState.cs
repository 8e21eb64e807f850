namespace SegPipe.Components;

/// <summary>How a component is.</summary>
public enum ComponentState
{
    /// <summary>Not at work yet: a file is being opened, a camera called for the first time.</summary>
    Starting,

    /// <summary>At work.</summary>
    Ok,

    /// <summary>In trouble that it tries to get out of by itself.</summary>
    RecoverableError,

    /// <summary>Failed for good; its stream has ended.</summary>
    PermanentError,

    /// <summary>Asked to end; what is under way is finished.</summary>
    Stopping,

    /// <summary>At its end.</summary>
    Stopped,
}

/// <summary>Numbers about the newest frame that only a component knows.</summary>
public enum ComponentReading
{
    /// <summary>Classes that win at least one low-resolution cell.</summary>
    VimClassesPresent,

    /// <summary>Classes that were interpolated anywhere.</summary>
    VimClassesEvaluated,

    /// <summary>Share of the pixels whose class differs from the frame before, 0–1.</summary>
    MaskFlicker,

    /// <summary>Share of the pictures that the network ran on, 0–1.</summary>
    PropagateInferred,

    /// <summary>Mean difference to the last inferred picture behind the motion, in levels of 0–255.</summary>
    PropagateResidual,

    /// <summary>Share of the cells of checked pictures that have another class than inference gives them, 0–1.</summary>
    PropagateLoss,
}
