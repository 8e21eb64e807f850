namespace SegPipe.Host.Running;

/// <summary>What a run can be told from outside.</summary>
/// <param name="Reloader">Reads the configuration again.</param>
/// <param name="Stop">Asks for an orderly end; further calls do nothing.</param>
internal sealed record RunControl(Reloader Reloader, Action Stop);
