using SegPipe.Configuration;
using SegPipe.Processes;

namespace SegPipe.FakeFfmpeg;

/// <summary>Starts a child as SegPipe would and waits for ever, for a test that kills this process.</summary>
internal static class Parent
{
    public static int Run(string program, string[] arguments)
    {
        var mode = Enum.Parse<SandboxMode>(arguments[0]);
        var command = Sandbox.Detect(mode).Wrap(new(program, arguments[1..]), new());
        using var child = ChildProcess.Start(command, new() { Role = "probe" });
        Console.WriteLine(child.Id);
        child.WaitForExit();
        return 0;
    }
}
