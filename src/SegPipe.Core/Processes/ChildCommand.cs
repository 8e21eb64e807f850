namespace SegPipe.Processes;

/// <summary>A program with its arguments; nothing passes through a shell.</summary>
/// <param name="Program">Full path, or a name that is looked up in PATH.</param>
/// <param name="Arguments">One entry an argument.</param>
public sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The same command run through another program that takes it behind its own arguments.</summary>
    internal ChildCommand Through(string program, params IEnumerable<string> arguments) =>
        new(program, [.. arguments, Program, .. Arguments]);
}
