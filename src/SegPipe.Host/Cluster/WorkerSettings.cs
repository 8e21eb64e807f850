namespace SegPipe.Host.Cluster;

/// <summary>How a worker works.</summary>
internal sealed record WorkerSettings
{
    // A day of tries, five minutes apart: a full disk is nobody's poison.
    private const int MostTriesOfMachine = 300, MostTriesOfWork = 4, MostTriesOfData = 2;

    /// <summary>Segments that it works on side by side, from 1.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Its class, which decides what segments it is given.</summary>
    public string Class { get; init; } = "cpu";

    /// <summary>Its name, of letters, digits and dashes; no other worker has it.</summary>
    public string Name { get; init; } = NameOf(Environment.MachineName);

    /// <summary>How long the broker lets a delivery stay unacknowledged.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Longest time without a further picture.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the broker and the worker show each other that they live.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long handing back may take once work was aborted.</summary>
    public TimeSpan HandBack { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that any delivery is held.</summary>
    public TimeSpan Deadline => AckTimeout / 3;

    /// <summary>How often something that failed like this is tried.</summary>
    public static int MostTries(ExitCode code) => code switch
    {
        ExitCode.IoError or ExitCode.Unavailable or ExitCode.CannotCreate => MostTriesOfMachine,
        ExitCode.InputUnusable or ExitCode.Configuration => MostTriesOfData,
        _ => MostTriesOfWork,
    };

    private static string NameOf(string machine) =>
        $"{string.Concat(machine.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(40))}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}";
}
