namespace SegPipe.Chaos;

/// <summary>A batch in one kind of trouble.</summary>
internal interface IRound
{
    /// <summary>What the trouble is called.</summary>
    string Name { get; }

    /// <summary>Why it cannot be made here, or null.</summary>
    string? WhyNot => null;

    /// <summary>Runs a batch, or several, through it.</summary>
    Task RunAsync();
}
