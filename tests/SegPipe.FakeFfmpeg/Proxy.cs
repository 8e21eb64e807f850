using System.Diagnostics;

namespace SegPipe.FakeFfmpeg;

/// <summary>Runs the real FFmpeg and passes on both pipes, up to a number of bytes of output.</summary>
internal sealed class Proxy(string program, string[] arguments)
{
    /// <summary>Returns the real exit code, or 0 with the real one killed after that many bytes of output (of input, where it has no output).</summary>
    /// <param name="bytes">Bytes that are passed on.</param>
    /// <param name="poison">Input that ends both processes as a crash does.</param>
    public int Run(long bytes, Poison? poison = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var hasOutput = arguments.Contains("pipe:1");
        var input = new Thread(() => PassInput(process, hasOutput ? long.MaxValue : bytes, poison)) { IsBackground = true };
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

    private static void PassInput(Process process, long bytes, Poison? poison)
    {
        try
        {
            Copy(Console.OpenStandardInput(), process.StandardInput.BaseStream, bytes, poison is null ? null : read => Swallow(process, poison, read));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The real one has ended: its exit code tells the rest.
        }
    }

    private static void Swallow(Process process, Poison poison, ReadOnlySpan<byte> bytes)
    {
        if (!poison.IsIn(bytes)) return;
        process.Kill();
        Process.GetCurrentProcess().Kill();
    }

    private static void Copy(Stream from, Stream to, long bytes, Action<ReadOnlySpan<byte>>? watch = null)
    {
        var buffer = new byte[64 << 10];
        while (bytes > 0)
        {
            var read = from.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes));
            if (read == 0)
                return;
            watch?.Invoke(buffer.AsSpan(0, read));
            to.Write(buffer, 0, read);
            to.Flush();
            bytes -= read;
        }
    }
}
