using System.Diagnostics;

namespace SegPipe.FakeFfmpeg;

/// <summary>Runs the real FFmpeg and passes on both pipes, up to a number of bytes of output.</summary>
internal sealed class Proxy(string program, string[] arguments)
{
    /// <summary>Returns the real exit code, or 0 with the real one killed after that many bytes of output (of input, where it has no output).</summary>
    public int Run(long bytes)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var hasOutput = arguments.Contains("pipe:1");
        var input = new Thread(() => PassInput(process, hasOutput ? long.MaxValue : bytes)) { IsBackground = true };
        input.Start();
        if (hasOutput)
        {
            using var output = Console.OpenStandardOutput();
            Copy(process.StandardOutput.BaseStream, output, bytes);
        }
        else
        {
            input.Join();
        }
        if (bytes < long.MaxValue)
        {
            process.Kill();
            return 0;
        }
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void PassInput(Process process, long bytes)
    {
        try
        {
            Copy(Console.OpenStandardInput(), process.StandardInput.BaseStream, bytes);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The real one has ended: its exit code tells the rest.
        }
    }

    private static void Copy(Stream from, Stream to, long bytes)
    {
        var buffer = new byte[64 << 10];
        while (bytes > 0)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes));
            if (read == 0)
                return;
            to.Write(buffer, 0, read);
            to.Flush();
            bytes -= read;
        }
    }
}
